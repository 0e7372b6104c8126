package io.jenkins.plugins.pgbackup.agent;

import hudson.model.Computer;
import hudson.remoting.Pipe;
import hudson.remoting.RemoteOutputStream;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.LineService;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jenkinsci.remoting.SerializableOnlyOverRemoting;

/**
 * The requests of an agent to its controller, through a pipe each way. A call of Remoting carries its stack traces with it, and the
 * answer its own: some 7 KB on the channel, and 100 KB of garbage on the agent. A line takes some hundred bytes.
 */
final class LineRpc implements LineService, SerializableOnlyOverRemoting {

    private static final long serialVersionUID = 1L;

    private static final Logger LOGGER = Logger.getLogger(LineRpc.class.getName());

    /** The first character of each line that comes back: an answer, the sentence of a refusal, or what went wrong. */
    private static final char ANSWER = '+';

    private static final char REFUSAL = '-';
    private static final char FAILURE = '!';

    private final RemoteOutputStream questions;
    private final Pipe answers;

    private LineRpc(RemoteOutputStream questions, Pipe answers) {
        this.questions = questions;
        this.answers = answers;
    }

    /** For the one task that is sent with it. */
    static LineService of(LineService answers) {
        Pipe back = Pipe.createLocalToRemote();
        return new LineRpc(new RemoteOutputStream(new Server(answers, back.getOut())), back);
    }

    /** What it is on the agent. */
    private Object readResolve() {
        return new Client(questions, answers.getIn());
    }

    @Override
    public String call(String question) {
        throw new IllegalStateException("called on the side that answers");
    }

    /** The agent's side. One question at a time is on its way, so the next line is its answer. */
    static final class Client implements LineService {

        private final OutputStream questions;
        private final BufferedReader answers;
        private boolean outOfStep;

        Client(OutputStream questions, InputStream answers) {
            this.questions = questions;
            this.answers = new BufferedReader(new InputStreamReader(answers, StandardCharsets.UTF_8));
        }

        @Override
        public synchronized String call(String question) throws IOException, InterruptedException {
            if (outOfStep) {
                throw new IOException("an earlier question is still without its answer");
            }
            outOfStep = true;
            String line;
            try {
                questions.write((question + "\n").getBytes(StandardCharsets.UTF_8));
                line = answers.readLine();
            } catch (IOException e) {
                if (e.getCause() instanceof InterruptedException) {
                    throw (InterruptedException) new InterruptedException().initCause(e);
                }
                throw e;
            }
            if (line == null || line.isEmpty()) {
                throw new EOFException("the other side no longer answers");
            }
            outOfStep = false;
            String text = line.substring(1);
            return switch (line.charAt(0)) {
                case ANSWER -> text;
                case REFUSAL -> throw new BackupException(text);
                default -> throw new IOException(text);
            };
        }

        @Override
        public void close() throws IOException {
            questions.close();
        }
    }

    /**
     * The controller's side, where questions arrive: on a thread that serves all pipes of the agent, which is not kept.
     *
     * <p>The agent is not to be trusted. One that keeps to the protocol sends a question when it has the answer to the last
     * one; a question before that ends the exchange, as does one that is too long, and nothing that arrives later is answered.
     * So an exchange never takes more than one thread.
     */
    static final class Server extends OutputStream {

        /** In bytes; an agent need not be trusted with more. */
        static final int LONGEST_QUESTION = 1_000;

        private final LineService answers;
        private final OutputStream back;
        private final ByteArrayOutputStream question = new ByteArrayOutputStream();
        private State state = State.WAITING;
        /** What arrived while the last answer was being written, which the agent may have read by then. */
        private String next;

        Server(LineService answers, OutputStream back) {
            this.answers = answers;
            this.back = back;
        }

        @Override
        public synchronized void write(int b) throws IOException {
            if (state == State.CLOSED) {
                throw new IOException("the exchange has ended");
            }
            if (state == State.ANSWERING || next != null) {
                refuse("a question before the answer to the last one");
            }
            if (b == '\n') {
                take(question.toString(StandardCharsets.UTF_8));
                question.reset();
            } else if (question.size() < LONGEST_QUESTION) {
                question.write(b);
            } else {
                refuse("a question of more than " + LONGEST_QUESTION + " bytes");
            }
        }

        private void take(String whole) {
            if (state == State.WRITING) {
                next = whole;
            } else {
                state = State.ANSWERING;
                Computer.threadPoolForRemoting.execute(() -> answer(whole));
            }
        }

        private void refuse(String reason) throws IOException {
            close();
            throw new IOException(reason);
        }

        /** The agent gets no further answer then. */
        @Override
        public void close() throws IOException {
            if (!end()) {
                back.close();
            }
        }

        private void answer(String first) {
            String whole = first;
            while (whole != null && is(State.ANSWERING)) {
                byte[] line = (reply(whole).replaceAll("\\R", " ") + "\n").getBytes(StandardCharsets.UTF_8);
                if (!startWriting()) {
                    return;
                }
                try {
                    back.write(line);
                    whole = takeNext();
                    if (is(State.CLOSED)) {
                        back.close();
                    }
                } catch (IOException e) {
                    LOGGER.log(Level.FINE, "The agent no longer waits for an answer", e);
                    end();
                    return;
                }
            }
        }

        private synchronized boolean is(State expected) {
            return state == expected;
        }

        /** @return whether an answer is being written, which may take as long as the agent likes: the writer then closes */
        private synchronized boolean end() {
            boolean writing = state == State.WRITING;
            state = State.CLOSED;
            return writing;
        }

        private synchronized boolean startWriting() {
            if (state == State.CLOSED) {
                return false;
            }
            state = State.WRITING;
            return true;
        }

        /** @return the question that has arrived meanwhile, or {@code null} */
        private synchronized String takeNext() {
            String taken = next;
            next = null;
            if (state != State.CLOSED) {
                state = taken == null ? State.WAITING : State.ANSWERING;
            }
            return taken;
        }

        /** What an exchange is doing. */
        private enum State {
            WAITING,
            ANSWERING,
            WRITING,
            CLOSED
        }

        private String reply(String whole) {
            try {
                return ANSWER + answers.call(whole);
            } catch (BackupException e) {
                return REFUSAL + e.getMessage();
            } catch (IOException | InterruptedException | RuntimeException e) {
                LOGGER.log(Level.WARNING, "A question of an agent could not be answered", e);
                return FAILURE + String.valueOf(e);
            }
        }
    }
}
