// Runs one build on the agent, from Jenkins' script console, and prints what it took, as JSON. The step is put in by
// bench/jenkins.py. The step's time is that between its own node of the Pipeline and the one that follows it.
import groovy.json.JsonOutput
import hudson.model.Result
import hudson.remoting.Channel
import hudson.remoting.Command
import java.util.concurrent.atomic.LongAdder
import jenkins.model.Jenkins
import org.jenkinsci.plugins.workflow.actions.TimingAction
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition
import org.jenkinsci.plugins.workflow.graphanalysis.DepthFirstScanner
import org.jenkinsci.plugins.workflow.job.WorkflowJob

def jenkins = Jenkins.get()
def job = jenkins.getItem('bench') ?: jenkins.createProject(WorkflowJob, 'bench')
job.definition = new CpsFlowDefinition("node('bench') {\n" + '@STEP@' + "\n}", true)

def commands = new LongAdder()
def received = new LongAdder()
def sent = new LongAdder()
def counter = new Channel.Listener() {
    void onRead(Channel channel, Command command, long bytes) {
        commands.increment()
        received.add(bytes)
    }

    void onWrite(Channel channel, Command command, long bytes) {
        commands.increment()
        sent.add(bytes)
    }
}
def channel = jenkins.getComputer('bench').channel
channel.addListener(counter)
def build = job.scheduleBuild2(0).get()
channel.removeListener(counter)

if (build.result != Result.SUCCESS) {
    println JsonOutput.toJson([failure: build.getLog(200).join('\n')])
    return
}
def nodes = new DepthFirstScanner().allNodes(build.execution)
def step = nodes.find { it.displayFunctionName == 'pgBackup' }
def next = step == null ? null : nodes.findAll { it.parents.contains(step) }.min { TimingAction.getStartTime(it) }
println JsonOutput.toJson([
    wall: step == null ? null : (TimingAction.getStartTime(next) - TimingAction.getStartTime(step)) / 1000,
    ended: step == null ? build.startTimeInMillis / 1000 + build.duration / 1000 : TimingAction.getStartTime(next) / 1000,
    commands: commands.sum(),
    received: received.sum(),
    sent: sent.sum(),
])
