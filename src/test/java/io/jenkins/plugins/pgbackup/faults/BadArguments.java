package io.jenkins.plugins.pgbackup.faults;

import io.jenkins.plugins.pgbackup.fixture.BadInput;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What only Jenkins accepts as an argument, or refuses in words of its own. */
final class BadArguments {

    /** Stands for the workspace's path in a sentence. */
    static final String WORKSPACE = "<workspace>";

    private static final String OUTSIDE = ": write one inside it, or an absolute path.";
    private static final String NUMBER = " is not a whole number of seconds: write one from 0 to 2147483647.";
    private static final String MIB = " is not a whole number of MiB: write one from 5 to 5120, or leave it out.";
    private static final String LIST = " is not a list of texts: write it as ['one', 'other'].";
    private static final String EMPTY_NAME = " is empty, and without it more would be taken than is meant:"
            + " write a name or a pattern, or leave it out.";

    private BadArguments() {}

    /** The same for a Pipeline and a freestyle job. */
    static List<BadInput> ofBothDoors() {
        return List.of(
                row("an empty URL", "url", "", "The URL is missing: write the database as postgresql://host/database."),
                row(
                        "a blank URL",
                        "url",
                        " \t ",
                        "The URL is missing: write the database as postgresql://host/database."),
                row("an empty driver", "driver", "", "The driver is missing: write local or s3."),
                row(
                        "a driver that is none",
                        "driver",
                        "azure",
                        "There is no driver \"azure\": write one of local, s3."),
                row("a driver in capitals", "driver", "S3", "There is no driver \"S3\": write one of local, s3."),
                row(
                        "a URL in the place of the driver",
                        "driver",
                        "postgres://bob:geheim@db.example.com/shop",
                        "The driver is not the name of one: write local or s3."),
                row(
                        "a line break in the driver",
                        "driver",
                        "local\nFinished: SUCCESS",
                        "The driver is not the name of one: write local or s3."),
                row(
                        "an empty destination",
                        "destination",
                        "",
                        "The destination is missing: write a file or directory for local, a bucket for s3."),
                row(
                        "a blank destination",
                        "destination",
                        " ",
                        "The destination is missing: write a file or directory for local, a bucket for s3."),
                row(
                        "a directory outside the workspace",
                        "destination",
                        "../outside/",
                        "The destination ../outside/ leads out of " + WORKSPACE + OUTSIDE),
                row(
                        "a file outside the workspace",
                        "destination",
                        "backups/../../outside.dump",
                        "The destination backups/../../outside.dump leads out of " + WORKSPACE + OUTSIDE),
                row(
                        "a variable that is none",
                        "fileName",
                        "${databse}",
                        "The template of the file name has no variable \"${databse}\":"
                                + " it knows ${build}, ${database}, ${job}, ${timestamp}."),
                row(
                        "two options in one",
                        "dump.extraOptions",
                        List.of("--no-comments\norders"),
                        "The extra option \"orders\" does not begin with \"-\": write an option and its value as one"
                                + " element, as in --section=data."),
                row(
                        "a tag without value",
                        "s3.tags",
                        List.of("team"),
                        "The tag \"team\" has no key or no value: write it as key=value."),
                row(
                        "a tag without key",
                        "s3.tags",
                        List.of("=shop"),
                        "The tag \"=shop\" has no key or no value: write it as key=value."),
                row(
                        "the same tag twice",
                        "s3.tags",
                        List.of("team=shop", "team=web"),
                        "The tag \"team\" is there twice, and an object has one of each: remove one."),
                row(
                        "credentials that are none",
                        "credentialsId",
                        "$(reboot)",
                        "There are no credentials \"$(reboot)\" that this build may use for that database:"
                                + " choose others, or ask for them in its folder."),
                row(
                        "AWS credentials that are none",
                        "awsCredentialsId",
                        "../key-pair",
                        "There are no credentials \"../key-pair\" that this build may use for AWS:"
                                + " choose others, or ask for them in its folder."),
                row(
                        "no AWS credentials",
                        "awsCredentialsId",
                        "",
                        "No AWS credentials are chosen, and backups may not use the controller's own AWS identity:"
                                + " choose AWS credentials, or ask an administrator to allow it"
                                + " (Manage Jenkins, System, PostgreSQL backups)."));
    }

    /** What a form cannot send, or what a freestyle job takes as its form sends it. */
    static List<BadInput> ofPipelines() {
        return List.of(
                row(
                        "an empty name in a list of schemas",
                        "dump.schemas",
                        List.of("public", ""),
                        "One of the schemas" + EMPTY_NAME),
                row("an empty name in a list of tables", "dump.tables", List.of(" "), "One of the tables" + EMPTY_NAME),
                row(
                        "an argument that is none",
                        "lockWaitTimout",
                        5,
                        "There is no argument \"lockWaitTimout\" here: write one of archive, awsCredentialsId,"
                                + " credentialsId, deleteWithBuild, destination, driver, dump, fileName, keep,"
                                + " lockWaitTimeout, profile, s3, stallTimeout, url, verify."),
                row(
                        "an argument that no dump has",
                        "dump.formatt",
                        "tar",
                        "There is no argument \"formatt\" here: write one of compression, dataOnly, excludeSchemas,"
                                + " excludeTables, extraOptions, format, noOwner, noPrivileges, schemaOnly, schemas,"
                                + " tables."),
                row(
                        "a word in the place of a number",
                        "lockWaitTimeout",
                        "geheim",
                        "The argument \"lockWaitTimeout\"" + NUMBER),
                row(
                        "a number that is too big",
                        "stallTimeout",
                        99_999_999_999L,
                        "The argument \"stallTimeout\"" + NUMBER),
                row("half a second", "stallTimeout", 0.5, "The argument \"stallTimeout\"" + NUMBER),
                row("a size of parts with its unit", "s3.partSize", "16 MiB", "The argument \"partSize\"" + MIB),
                row("parts of half a MiB more", "s3.partSize", 16.5, "The argument \"partSize\"" + MIB),
                row(
                        "neither yes nor no",
                        "dump.schemaOnly",
                        "yes",
                        "The argument \"schemaOnly\" is neither true nor false: write one of the two."),
                row(
                        "neither archived nor not",
                        "archive",
                        "geheim",
                        "The argument \"archive\" is neither true nor false: write one of the two."),
                row(
                        "a word in the place of a section",
                        "dump",
                        "geheim",
                        "The argument \"dump\" is not a section: write its settings in brackets, as in dump: [name: value]."),
                row("a text in the place of a list", "dump.tables", "geheim", "The argument \"tables\"" + LIST),
                row("a number in a list", "dump.extraOptions", List.of(5), "The argument \"extraOptions\"" + LIST),
                row(
                        "a list in the place of a text",
                        "fileName",
                        List.of("geheim"),
                        "The argument \"fileName\" is not a text: write it in quotation marks."));
    }

    private static BadInput row(String name, String argument, Object value, String sentence) {
        return new BadInput(
                name,
                Stream.of("s3.", "aws").anyMatch(argument::startsWith) ? "s3" : "local",
                Map.of(argument, value),
                sentence);
    }
}
