package io.jenkins.plugins.pgbackup.agent;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The controller's side of an exchange with an agent that does not keep to the protocol. */
class LineRpcServerTest {

    private final Queue<String> answered = new ConcurrentLinkedQueue<>();
    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private final Back back = new Back();

    private final LineRpc.Server server = new LineRpc.Server(
            question -> {
                answered.add(question);
                mayAnswer.await();
                return question;
            },
            back);

    /** The pipe back to the agent, which takes nothing before the agent reads. */
    private static final class Back extends ByteArrayOutputStream {

        private final CountDownLatch isWritten = new CountDownLatch(1);
        private final CountDownLatch mayBeWritten = new CountDownLatch(1);
        private final CountDownLatch isClosed = new CountDownLatch(1);

        @Override
        public void write(byte[] bytes) throws IOException {
            isWritten.countDown();
            try {
                mayBeWritten.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            super.write(bytes);
        }

        @Override
        public void close() {
            isClosed.countDown();
        }
    }

    @Test
    void aQuestionBeforeTheAnswerEndsTheExchange() throws Exception {
        IOException e = assertThrows(IOException.class, () -> ask("1 1 AAAAAA==\n".repeat(2000)));
        assertThat(e.getMessage(), is("a question before the answer to the last one"));
        back.isClosed.await();
        mayAnswer.countDown();

        assertThat(assertThrows(IOException.class, () -> ask("2\n")).getMessage(), is("the exchange has ended"));
        assertThat(List.copyOf(answered).size() <= 1, is(true));
        assertThat(back.toByteArray().length, is(0));
    }

    /** As each question that the agent sends when it has read the answer may arrive before that answer's sender knows. */
    @Test
    void aQuestionWhileTheAnswerIsWrittenIsAnsweredNext() throws Exception {
        mayAnswer.countDown();
        ask("1\n");
        back.isWritten.await();
        ask("2\n");
        back.mayBeWritten.countDown();
        while (back.size() < "+1\n+2\n".length()) {
            Thread.onSpinWait();
        }

        assertThat(answered, contains("1", "2"));
        assertThat(back.toString(StandardCharsets.UTF_8), is("+1\n+2\n"));
    }

    @Test
    void oneMoreQuestionWhileTheAnswerIsWrittenEndsTheExchange() throws Exception {
        mayAnswer.countDown();
        ask("1\n");
        back.isWritten.await();

        assertThrows(IOException.class, () -> ask("2\n3\n"));
        back.mayBeWritten.countDown();
        back.isClosed.await();

        assertThat(answered, contains("1"));
    }

    @Test
    void nothingIsAnsweredAfterTheEnd() throws Exception {
        server.close();
        assertThrows(IOException.class, () -> ask("1\n"));
        assertThat(answered, is(empty()));
    }

    private void ask(String questions) throws IOException {
        server.write(questions.getBytes(StandardCharsets.UTF_8));
    }
}
