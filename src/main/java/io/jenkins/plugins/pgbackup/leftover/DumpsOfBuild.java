package io.jenkins.plugins.pgbackup.leftover;

import hudson.model.InvisibleAction;
import hudson.model.Run;
import io.jenkins.plugins.pgbackup.driver.BackupDriver;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The dumps of a build that are to be deleted with it, and where they are. Nothing of it is secret. */
public final class DumpsOfBuild extends InvisibleAction {

    static final String JOB = "job";
    static final String BUILD = "build";
    static final String NODE = "node";
    static final String DRIVER = "driver";
    static final String AWS_CREDENTIALS = "awsCredentialsId";
    static final String FILE_NAME = "fileName";
    static final String SHA256 = "sha256";

    /** Of each the names above, and those of its driver's address. */
    private final ArrayList<TreeMap<String, String>> dumps;

    private DumpsOfBuild(ArrayList<TreeMap<String, String>> dumps) {
        this.dumps = dumps;
    }

    /**
     * Notes one more with its build.
     *
     * @param node the name of the one on which it was made
     */
    public static void record(Run<?, ?> build, String node, BackupDriver driver, Manifest made) {
        TreeMap<String, String> dump = new TreeMap<>(driver.address(made));
        dump.put(JOB, build.getParent().getFullName());
        dump.put(BUILD, build.getFullDisplayName());
        dump.put(NODE, node);
        dump.put(DRIVER, driver.name().id());
        if (driver.awsCredentialsId() != null) {
            dump.put(AWS_CREDENTIALS, driver.awsCredentialsId());
        }
        dump.put(FILE_NAME, made.fileName());
        dump.put(SHA256, made.sha256());
        synchronized (build) {
            DumpsOfBuild known = build.getAction(DumpsOfBuild.class);
            ArrayList<TreeMap<String, String>> dumps = new ArrayList<>(known == null ? List.of() : known.dumps);
            dumps.add(dump);
            build.replaceAction(new DumpsOfBuild(dumps));
        }
    }

    List<? extends Map<String, String>> dumps() {
        return List.copyOf(dumps);
    }
}
