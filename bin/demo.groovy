// What the Jenkins of bin/demo starts with: two credentials, and three jobs that are built once. When the builds have ended,
// their consoles are in the file that DEMO_CONSOLES names.
import com.cloudbees.plugins.credentials.CredentialsScope
import com.cloudbees.plugins.credentials.SystemCredentialsProvider
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl
import hudson.init.InitMilestone
import hudson.model.Cause
import hudson.model.CauseAction
import hudson.model.FreeStyleProject
import hudson.model.ParametersAction
import hudson.model.ParametersDefinitionProperty
import io.jenkins.plugins.pgbackup.PgBackupBuilder
import io.jenkins.plugins.pgbackup.parameter.DumpParameterDefinition
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardCopyOption
import jenkins.model.Jenkins
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition
import org.jenkinsci.plugins.workflow.job.WorkflowJob

def of = System.getenv()
def jenkins = Jenkins.get()

def login = { id, description, user, password ->
    new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, id, description, user, password)
}
def store = SystemCredentialsProvider.instance
store.credentials.add(login('shop-database', 'the sample database', 'postgres', of.DEMO_PASSWORD))
store.credentials.add(login('backup-bucket', 'the keys of the S3 server', of.DEMO_ACCESS_KEY, of.DEMO_SECRET_KEY))
store.save()

def disk = jenkins.createProject(FreeStyleProject, 'shop-to-disk')
def step = new PgBackupBuilder(of.DEMO_DATABASE)
step.driver = 'local'
step.destination = 'backups/'
step.credentialsId = 'shop-database'
disk.buildersList.add(step)
disk.save()

def s3 = jenkins.createProject(WorkflowJob, 'shop-to-s3')
s3.definition = new CpsFlowDefinition("""\
node {
    def backup = pgBackup(
        url: '${of.DEMO_DATABASE}', credentialsId: 'shop-database',
        driver: 's3', destination: '${of.DEMO_BUCKET}/jenkins', awsCredentialsId: 'backup-bucket',
        s3: [region: 'us-east-1', endpoint: '${of.DEMO_S3_ENDPOINT}', pathStyle: true])
    echo "\${backup.fileName} is \${backup.sizeBytes} bytes, proven: \${backup.proven}"
}
""", true)
s3.save()

def restore = jenkins.createProject(WorkflowJob, 'shop-restore')
def dump = new DumpParameterDefinition('DUMP')
dump.job = 'shop-to-s3'
dump.description = 'What the job shop-to-s3 has made'
restore.addProperty(new ParametersDefinitionProperty(dump))
restore.definition = new CpsFlowDefinition("""\
node {
    def dump = [
        from: params.DUMP, awsCredentialsId: 'backup-bucket',
        s3: [region: 'us-east-1', endpoint: '${of.DEMO_S3_ENDPOINT}', pathStyle: true]]
    pgRestoreTest(dump + [
        url: '${of.DEMO_DATABASE}', credentialsId: 'shop-database', checks: ['select count(*) > 0 from customer']])
    def restored = pgRestore(dump + [
        url: '${of.DEMO_EMPTY_DATABASE}', credentialsId: 'shop-database', replace: true])
    echo "\${restored.rows} rows of \${restored.from} are in the database \${restored.database}"
}
""", true)
restore.save()

Thread.start('demo') {
    while (jenkins.initLevel != InitMilestone.COMPLETED) {
        sleep 100
    }
    def consoles = [disk, s3, restore].collect { job ->
        def values = job.getProperty(ParametersDefinitionProperty)?.parameterDefinitions*.defaultParameterValue ?: []
        def build = job.scheduleBuild2(0, new CauseAction(new Cause.UserIdCause()), new ParametersAction(values)).get()
        "\n${build.fullDisplayName}\n" + build.getLog(1000).join('\n') + '\n'
    }
    // By another name first, so that what waits for it finds it whole.
    def file = Path.of(of.DEMO_CONSOLES)
    def part = Path.of(of.DEMO_CONSOLES + '.part')
    Files.writeString(part, consoles.join())
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE)
}
