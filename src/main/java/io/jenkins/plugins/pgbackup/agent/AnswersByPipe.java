package io.jenkins.plugins.pgbackup.agent;

import hudson.model.Computer;
import hudson.remoting.Pipe;
import hudson.remoting.RemoteOutputStream;
import io.jenkins.plugins.pgbackup.engine.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.Answers;
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
 * What an agent asks the controller, through a pipe each way. A call of Remoting carries its stack traces with it, and the
 * answer its own: some 7 KB on the channel, and 100 KB of garbage on the agent. A line takes some hundred bytes.
 */
final class AnswersByPipe implements Answers, SerializableOnlyOverRemoting {

    private static final long serialVersionUID = 1L;

    private static final Logger LOGGER = Logger.getLogger(AnswersByPipe.class.getName());

    /** The first character of each line that comes back: an answer, the sentence of a refusal, or what went wrong. */
    private static final char ANSWER = '+';

    private static final char REFUSAL = '-';
    private static final char FAILURE = '!';

    private final RemoteOutputStream questions;
    private final Pipe answers;

    private AnswersByPipe(RemoteOutputStream questions, Pipe answers) {
        this.questions = questions;
        this.answers = answers;
    }

    /** For the one task that is sent with it. */
    static Answers of(Answers answers) {
        Pipe back = Pipe.createLocalToRemote();
        return new AnswersByPipe(new RemoteOutputStream(new Desk(answers, back.getOut())), back);
    }

    /** What it is on the agent. */
    private Object readResolve() {
        return new Asking(questions, answers.getIn());
    }

    @Override
    public String to(String question) {
        throw new IllegalStateException("asked on the side that answers");
    }

    /** The agent's side. One question at a time is on its way, so the next line is its answer. */
    static final class Asking implements Answers {

        private final OutputStream questions;
        private final BufferedReader answers;
        private boolean outOfStep;

        Asking(OutputStream questions, InputStream answers) {
            this.questions = questions;
            this.answers = new BufferedReader(new InputStreamReader(answers, StandardCharsets.UTF_8));
        }

        @Override
        public synchronized String to(String question) throws IOException, InterruptedException {
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
                throw new EOFException("nobody answers any more");
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

    /** The controller's side, where questions arrive: on a thread that serves all pipes of the agent, which is not kept. */
    static final class Desk extends OutputStream {

        /** In bytes; an agent need not be trusted with more. */
        static final int LONGEST_QUESTION = 1_000;

        private final Answers answers;
        private final OutputStream back;
        private final ByteArrayOutputStream question = new ByteArrayOutputStream();

        Desk(Answers answers, OutputStream back) {
            this.answers = answers;
            this.back = back;
        }

        @Override
        public void write(int b) throws IOException {
            if (b == '\n') {
                String whole = question.toString(StandardCharsets.UTF_8);
                question.reset();
                Computer.threadPoolForRemoting.execute(() -> answer(whole));
            } else if (question.size() < LONGEST_QUESTION) {
                question.write(b);
            } else {
                close();
                throw new IOException("a question of more than " + LONGEST_QUESTION + " bytes");
            }
        }

        /** The agent waits for nothing more then. */
        @Override
        public void close() throws IOException {
            back.close();
        }

        private void answer(String whole) {
            try {
                back.write((reply(whole).replaceAll("\\R", " ") + "\n").getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                LOGGER.log(Level.FINE, "Nobody waits for an answer any more", e);
            }
        }

        private String reply(String whole) {
            try {
                return ANSWER + answers.to(whole);
            } catch (BackupException e) {
                return REFUSAL + e.getMessage();
            } catch (IOException | InterruptedException | RuntimeException e) {
                LOGGER.log(Level.WARNING, "A question of an agent could not be answered", e);
                return FAILURE + String.valueOf(e);
            }
        }
    }
}
