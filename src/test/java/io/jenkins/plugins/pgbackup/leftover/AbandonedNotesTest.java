package io.jenkins.plugins.pgbackup.leftover;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found of the notes of a job, while others write and remove them. */
class AbandonedNotesTest {

    private static final String NOTE = """
            {"node":"linux-1","driver":"local","awsCredentialsId":null,"leftovers":{"directory":"/left","pending":{}}}
            """;

    @TempDir
    private Path builds;

    @Test
    void areInTheOrderOfTheirBuilds() throws Exception {
        for (String build : List.of("10", "9", "2", "100", "1")) {
            write(build, NOTE);
        }

        assertThat(readable(), contains("#1", "#2", "#9", "#10", "#100"));
    }

    @Test
    void sayWhatWasLeft() throws Exception {
        Path file = write("7", NOTE);

        AbandonedNotes.Note note = AbandonedNotes.in(builds).readable().get(0);

        assertThat(note.entry().node(), is("linux-1"));
        assertThat(note.entry().leftovers().directory(), is("/left"));
        note.isClearedUp();
        assertThat(Files.exists(file), is(false));
    }

    @Test
    void oneThatHasGoneSinceItWasSeenIsPassedOver() throws Exception {
        Path directory = Files.createDirectory(builds.resolve("1"));
        Files.createSymbolicLink(directory.resolve("pgbackup-gone.json"), directory.resolve("where nothing is"));
        write("2", NOTE);

        assertThat(readable(), contains("#2"));
        assertThat(AbandonedNotes.in(builds).unreadable(), is(empty()));
    }

    @Test
    void aBuildThatHasGoneSinceItWasSeenIsPassedOver() throws Exception {
        Files.createSymbolicLink(builds.resolve("1"), builds.resolve("where nothing is"));
        write("2", NOTE);

        assertThat(readable(), contains("#2"));
        assertThat(AbandonedNotes.in(builds).unreadable(), is(empty()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{\"node\":\"linux-1\",\"driv", "{}", "not JSON"})
    void oneThatIsNotWholeHidesNoOther(String text) throws Exception {
        write("1", NOTE);
        Path bad = write("2", text);
        Files.writeString(bad.resolveSibling("pgbackup-good.json"), NOTE);
        write("3", NOTE);

        assertThat(readable(), contains("#1", "#2", "#3"));
        assertThat(
                AbandonedNotes.in(builds).unreadable(),
                contains(new AbandonedNotes.Unreadable(2, bad, "no whole note")));
    }

    @Test
    void oneThatCannotBeOpenedHidesNoOther() throws Exception {
        Path bad = builds.resolve("1").resolve("pgbackup-directory.json");
        Files.createDirectories(bad);
        write("2", NOTE);

        assertThat(readable(), contains("#2"));
        assertThat(
                AbandonedNotes.in(builds).unreadable().stream()
                        .map(AbandonedNotes.Unreadable::path)
                        .toList(),
                contains(bad));
    }

    @Test
    void onlyThoseOfBuildsCount() throws Exception {
        write("1", NOTE);
        write(".7", NOTE);
        Files.writeString(builds.resolve("2"), "no directory");
        Files.writeString(builds.resolve("permalinks"), "lastStableBuild 1");
        Files.createSymbolicLink(builds.resolve("lastStableBuild"), Path.of("1"));

        assertThat(readable(), contains("#1"));
        assertThat(AbandonedNotes.in(builds).unreadable(), is(empty()));
    }

    @Test
    void oneThatAnotherStepHasInHandIsPassedOver() throws Exception {
        Path file = write("1", NOTE);
        assertThat(BackupJournal.take(file), is(true));
        try {
            assertThat(readable(), is(empty()));
            assertThat(BackupJournal.take(file), is(false));
        } finally {
            BackupJournal.putBack(file);
        }

        assertThat(readable(), contains("#1"));
    }

    private Path write(String build, String text) throws IOException {
        Path directory = Files.createDirectories(builds.resolve(build));
        return Files.writeString(directory.resolve("pgbackup-" + build + ".json"), text);
    }

    private List<String> readable() throws IOException {
        return AbandonedNotes.in(builds).readable().stream()
                .map(AbandonedNotes.Note::build)
                .toList();
    }
}
