// What the benchmark's Jenkins starts with: a login, the two credentials and a node for the agent. The agent's secret and
// all others are in the environment.
import com.cloudbees.plugins.credentials.CredentialsScope
import com.cloudbees.plugins.credentials.SystemCredentialsProvider
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl
import hudson.model.ComputerSet
import hudson.security.FullControlOnceLoggedInAuthorizationStrategy
import hudson.security.HudsonPrivateSecurityRealm
import hudson.slaves.DumbSlave
import hudson.slaves.JNLPLauncher
import jenkins.model.Jenkins

def of = System.getenv()
def jenkins = Jenkins.get()

def realm = new HudsonPrivateSecurityRealm(false, false, null)
realm.createAccount('bench', of.BENCH_JENKINS_PASSWORD)
jenkins.securityRealm = realm
def strategy = new FullControlOnceLoggedInAuthorizationStrategy()
strategy.allowAnonymousRead = false
jenkins.authorizationStrategy = strategy
// The driver's password is in every request.
jenkins.crumbIssuer = null
jenkins.numExecutors = 0
// Any free port, for the agent to connect to.
jenkins.slaveAgentPort = 0
// What they ask an agent for, now and then, is not the step's.
ComputerSet.monitors.clear()

def login = { id, user, password ->
    new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, id, null, user, password)
}
def store = SystemCredentialsProvider.instance
store.credentials.add(login('database', 'postgres', of.BENCH_PASSWORD))
store.credentials.add(login('database-17', 'postgres', of.BENCH_17_PASSWORD ?: 'none'))
store.credentials.add(login('s3', of.BENCH_ACCESS_KEY, of.BENCH_SECRET_KEY))
store.save()

def node = new DumbSlave('bench', of.BENCH_AGENT_DIRECTORY, new JNLPLauncher())
node.numExecutors = 1
jenkins.addNode(node)
jenkins.save()
