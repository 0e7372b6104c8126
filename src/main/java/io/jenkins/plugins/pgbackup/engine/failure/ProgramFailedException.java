package io.jenkins.plugins.pgbackup.engine.failure;

import java.util.ArrayList;
import java.util.List;

/** One of PostgreSQL's programs ended badly. */
public final class ProgramFailedException extends BackupException {

    private static final long serialVersionUID = 1L;

    private final ArrayList<String> lastLines;

    /**
     * @param sentence what that means and what to do next
     * @param lastLines what it wrote to its standard error last
     */
    public ProgramFailedException(String sentence, List<String> lastLines) {
        super(sentence);
        this.lastLines = new ArrayList<>(lastLines);
    }

    public List<String> lastLines() {
        return List.copyOf(lastLines);
    }
}
