package io.jenkins.plugins.pgbackup.engine.machine;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UninterruptiblyTest {

    /** A machine that may be given up. */
    private static final class Fragile extends TestMachine {

        private volatile boolean givenUp;

        @Override
        public void giveUp() {
            givenUp = true;
        }
    }

    private final Fragile machine = new Fragile();

    @AfterEach
    void restoreGrace() {
        System.clearProperty(Uninterruptibly.GRACE_SECONDS);
    }

    @Test
    void returnsWhatTheStepReturns() throws Exception {
        assertThat(Uninterruptibly.call(machine, () -> "made"), is("made"));
        assertThat(Uninterruptibly.call(() -> "made", late -> {}), is("made"));
    }

    @Test
    void throwsWhatTheStepThrows() {
        Callable<String> failing = () -> {
            throw new BackupException("a sentence.");
        };
        assertThat(
                assertThrows(BackupException.class, () -> Uninterruptibly.call(machine, failing))
                        .getMessage(),
                is("a sentence."));
        assertThat(
                assertThrows(
                                BackupException.class,
                                () -> Uninterruptibly.cleanUp(() -> {
                                    throw new BackupException("a sentence.");
                                }))
                        .getMessage(),
                is("a sentence."));
    }

    @Test
    void finishesAStepOfAnInterruptedThreadAndLeavesItInterrupted() throws Exception {
        AtomicInteger ran = new AtomicInteger();
        FutureTask<Boolean> steps = new FutureTask<>(() -> {
            Thread.currentThread().interrupt();
            Uninterruptibly.call(machine, ran::incrementAndGet);
            Uninterruptibly.call(ran::incrementAndGet, late -> {});
            Uninterruptibly.cleanUp(machine, ran::incrementAndGet);
            Uninterruptibly.cleanUp(ran::incrementAndGet);
            return Thread.currentThread().isInterrupted();
        });
        new Thread(steps).start();

        assertThat(steps.get(), is(true));
        assertThat(ran.get(), is(4));
        assertThat(machine.givenUp, is(false));
    }

    @Test
    void givesAStepHalfAMinute() {
        assertThat(Uninterruptibly.grace(), is(Duration.ofSeconds(30)));
    }

    /** All three at once, as each takes the time that such a step is given. */
    @Test
    void givesUpAStepThatDoesNotEnd() throws Exception {
        System.setProperty(Uninterruptibly.GRACE_SECONDS, "2");
        CountDownLatch never = new CountDownLatch(1);
        Callable<String> hanging = () -> {
            never.await();
            return "late";
        };
        Fragile hangs = new Fragile();
        Fragile hangsAtTheEnd = new Fragile();
        BlockingQueue<String> undone = new LinkedBlockingQueue<>();
        FutureTask<?> onMachine = interrupted(() -> Uninterruptibly.call(hangs, hanging));
        FutureTask<?> elsewhere = interrupted(() -> Uninterruptibly.call(hanging, undone::add));
        FutureTask<?> cleaning = new FutureTask<>(() -> {
            Uninterruptibly.cleanUp(hangsAtTheEnd, never::await);
            return null;
        });
        new Thread(cleaning).start();

        assertThat(failureOf(onMachine), instanceOf(InterruptedException.class));
        assertThat(failureOf(elsewhere), instanceOf(InterruptedException.class));
        Throwable unclean = failureOf(cleaning);
        assertThat(unclean, instanceOf(IOException.class));
        assertThat(unclean.getMessage(), containsString("this machine did not answer within 2 seconds"));
        assertThat(hangs.givenUp, is(true));
        assertThat(hangsAtTheEnd.givenUp, is(true));

        never.countDown();
        assertThat(undone.take(), is("late"));
    }

    private static FutureTask<?> interrupted(Callable<?> step) {
        FutureTask<?> running = new FutureTask<>(step);
        Thread thread = new Thread(running);
        thread.start();
        thread.interrupt();
        return running;
    }

    private static Throwable failureOf(FutureTask<?> running) {
        return assertThrows(ExecutionException.class, running::get).getCause();
    }
}
