package io.jenkins.plugins.pgbackup.faults;

import hudson.model.Result;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One row of the table of faults: what goes wrong, and what the person reads whose backup it hits. {@code docs/reliability.md}
 * shows every row.
 *
 * @param name what goes wrong, as the page has it
 * @param effect what becomes of the backup, as the page has it
 * @param result how the build ends
 * @param sentence what its log says of it, with {@code …} for what differs from run to run; empty if it says nothing
 * @param drivers to which it can happen
 * @param made whether the dump is there in spite of it
 * @param act makes it happen
 */
public record Fault(
        String name, String effect, Result result, String sentence, List<String> drivers, boolean made, Act act) {

    private static final List<String> BOTH = List.of("local", "s3");

    /** Arranges a run so that the fault hits it, and lends a hand while it runs where that is needed. */
    public interface Act {

        /** Leaves the run not started, started or ended; the caller awaits the end. */
        void play(FaultRun run) throws Exception;
    }

    /** The build fails, whichever driver it uses. */
    public static Fault fails(String name, String effect, String sentence, Act act) {
        return new Fault(name, effect, Result.FAILURE, sentence, BOTH, false, act);
    }

    /** The build is aborted, whichever driver it uses. */
    public static Fault aborts(String name, String effect, String sentence, Act act) {
        return new Fault(name, effect, Result.ABORTED, sentence, BOTH, false, act);
    }

    /** The backup is made in spite of it, whichever driver it uses. */
    public static Fault survives(String name, String effect, String sentence, Act act) {
        return new Fault(name, effect, Result.SUCCESS, sentence, BOTH, true, act);
    }

    /** It can only happen to this driver. */
    public Fault only(String driver) {
        return new Fault(name, effect, result, sentence, List.of(driver), made, act);
    }

    /** However the build ends, the dump was there before. */
    public Fault tooLate() {
        return new Fault(name, effect, result, sentence, drivers, true, act);
    }

    /** What the log holds. */
    Pattern saying() {
        return Pattern.compile(
                Arrays.stream(sentence.split("…", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
    }

    @Override
    public String toString() {
        return name;
    }
}
