package io.jenkins.plugins.pgbackup.engine;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.arrayWithSize;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.sameInstance;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.RestoreRefusedException;
import io.jenkins.plugins.pgbackup.engine.failure.RestoreRefusedException.Remedy;
import io.jenkins.plugins.pgbackup.engine.machine.FaultyMachine;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.postgres.Operation;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How a session ends, whatever its story and its cleaning up end with. */
class SessionTest {

    private static final String LEFT =
            "WARNING: /.*/pgbackup-[-0-9a-f]+ on this machine could not be removed: no luck: .*[.]";

    private final RecordingListener listener = new RecordingListener();
    private final List<String> journal = new ArrayList<>();

    @Test
    void itsDirectoryIsThereWhileTheStoryIsTold() throws Exception {
        assertTrue(session(FaultyMachine.good()).run(() -> Files.isDirectory(Path.of(journal.get(0)))));

        assertFalse(Files.exists(Path.of(journal.get(0))));
        assertThat(journal.subList(1, journal.size()), contains("forget"));
        assertThat(listener.notes, is(empty()));
    }

    @Test
    void aFailureOfTheCleaningUpIsAWarning() throws Exception {
        assertEquals("the end", session(machineThatRemovesNothing()).run(() -> "the end"));

        assertThat(listener.notes, contains(matchesPattern(LEFT)));
        assertThat("it has to stay in the journal", journal, contains(journal.get(0)));
    }

    static Stream<Exception> reasons() {
        return Stream.of(new IOException("broken"), new InterruptedException(), new IllegalStateException("a bug"));
    }

    @ParameterizedTest
    @MethodSource("reasons")
    void aFailureOfTheCleaningUpReplacesNoOther(Exception reason) {
        Exception ended = assertThrows(
                Exception.class,
                () -> session(machineThatRemovesNothing()).run(() -> {
                    throwIt(reason);
                    return null;
                }));

        assertThat(ended, is(sameInstance(reason)));
        assertThat(ended.getSuppressed(), is(arrayWithSize(1)));
        assertThat(listener.notes, contains(matchesPattern(LEFT)));
    }

    /** An abort that hits the cleaning up has to be seen by what comes after. */
    @Test
    void anInterruptOfTheCleaningUpIsNotLost() throws Exception {
        Machine machine = FaultyMachine.failingAt(
                new FaultyMachine.Step("PrivateDirectory$Delete", 1), new InterruptedException());

        assertEquals("the end", session(machine).run(() -> "the end"));

        assertTrue(Thread.interrupted());
        assertThat("it has to stay in the journal", journal, contains(journal.get(0)));
    }

    @Test
    void aSentenceHoldsNoSecret() {
        BackupException failed = assertThrows(
                BackupException.class,
                () -> session(FaultyMachine.good()).run(() -> {
                    throw new BackupException("The password is geheim.");
                }));
        assertEquals("The password is ****.", failed.getMessage());

        RestoreRefusedException refused = assertThrows(
                RestoreRefusedException.class,
                () -> session(FaultyMachine.good()).run(() -> {
                    throw new RestoreRefusedException(Remedy.TRUST, "It has geheim in it.");
                }));
        assertEquals("It has **** in it.", refused.getMessage());
        assertEquals(Remedy.TRUST, refused.remedy());
    }

    @Test
    void whatAnInnerOneLeavesIsInTheDirectoryOfTheOuterOne() throws Exception {
        Session outer = session(FaultyMachine.good());

        Path inner = outer.run(() -> outer.inside(Operation.RESTORE, PostgresUrl.parse("postgresql://other/shop"))
                .run(() -> {
                    try (Stream<Path> files = Files.list(Path.of(journal.get(0)))) {
                        return files.filter(Files::isDirectory).findFirst().orElseThrow();
                    }
                }));

        assertThat(inner.getParent(), is(Path.of(journal.get(0))));
        assertFalse(Files.exists(inner.getParent()));
    }

    @Test
    void anInnerOneHidesTheSecretsOfBoth() throws Exception {
        Session outer = session(FaultyMachine.good());
        Session inner = outer.inside(
                Operation.RESTORE, PostgresUrl.parse("postgresql://other/shop").withPassword("anders"));

        assertEquals("**** and ****", inner.masked("geheim and anders"));
        outer.run(() -> inner.run(() -> {
            inner.listener().onNotice("geheim and anders");
            return null;
        }));
        assertThat(listener.notes, contains("**** and ****"));
    }

    private Session session(Machine machine) {
        return new Session(
                Operation.RESTORE,
                machine,
                PostgresUrl.parse("postgresql://db/shop").withPassword("geheim"),
                new Journal() {

                    @Override
                    public void remember(Leftovers leftovers) {
                        assertEquals(Map.of(), leftovers.pending());
                        journal.add(leftovers.directory());
                    }

                    @Override
                    public void forget() {
                        journal.add("forget");
                    }
                },
                listener);
    }

    private static Machine machineThatRemovesNothing() {
        return FaultyMachine.failingAt(
                new FaultyMachine.Step("PrivateDirectory$Delete", 1), new IOException("no luck"));
    }

    private static void throwIt(Exception reason) throws IOException, InterruptedException {
        if (reason instanceof IOException io) {
            throw io;
        }
        if (reason instanceof InterruptedException interrupted) {
            throw interrupted;
        }
        throw (RuntimeException) reason;
    }
}
