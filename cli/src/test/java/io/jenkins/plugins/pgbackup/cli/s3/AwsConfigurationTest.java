package io.jenkins.plugins.pgbackup.cli.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Settings;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AwsConfigurationTest {

    @ParameterizedTest
    @CsvSource({
        "eu-west-1, eu-west-2, eu-west-1",
        "eu-west-1, '', eu-west-1",
        "'', eu-west-2, eu-west-2",
        "' ', eu-west-2, eu-west-2",
    })
    void readsTheRegionAsTheAwsCommandLineDoes(String region, String defaultRegion, String expected)
            throws BackupException {
        Map<String, String> variables = Map.of("AWS_REGION", region, "AWS_DEFAULT_REGION", defaultRegion);
        assertEquals(
                expected,
                AwsConfiguration.read(variables, Optional.empty())
                        .complete(S3Settings.DEFAULTS)
                        .region());
    }
}
