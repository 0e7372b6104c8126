package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.LineService;
import java.io.IOException;
import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A remote signer, called by a line of text for each part.
 *
 * @param answers of {@link #lineService} the signer
 */
public record RemotePartSigner(LineService answers) implements PartSigner, Serializable {

    private static final long serialVersionUID = 1L;

    /** Number, size in bytes and CRC-32 of a part. */
    private static final Pattern QUESTION = Pattern.compile("([0-9]{1,9}) ([0-9]{1,18}) ([!-~]{1,20})");

    /** What a signer says, in lines. The other side need not be trusted. */
    public static LineService lineService(PartSigner signer) {
        return question -> {
            Matcher part = QUESTION.matcher(question);
            if (!part.matches()) {
                throw new BackupException("That is no question for a part's signature.");
            }
            return signer.sign(Integer.parseInt(part.group(1)), Long.parseLong(part.group(2)), part.group(3))
                    .toLine();
        };
    }

    @Override
    public SignedPart sign(int number, long sizeBytes, String crc32) throws IOException, InterruptedException {
        return SignedPart.ofLine(answers.call(number + " " + sizeBytes + " " + crc32));
    }

    @Override
    public void close() throws IOException {
        answers.close();
    }
}
