package io.jenkins.plugins.pgbackup;

import hudson.Extension;
import org.kohsuke.stapler.DataBoundConstructor;

/** {@code pgRestore} as a build step of a freestyle job. */
public final class PgRestoreBuilder extends RestoringBuilder {

    private final PgRestoreStep restore;

    /** A URL that has a password is not kept; the build says why. */
    @DataBoundConstructor
    public PgRestoreBuilder(PgRestoreStep restore) {
        this.restore = restore;
        restore.dropUrlWithPassword();
    }

    public PgRestoreStep getRestore() {
        return restore;
    }

    @Override
    RestoringStep step() {
        return restore;
    }

    /** The build step as Jenkins knows it. */
    @Extension
    public static final class DescriptorImpl extends RestoringBuilderDescriptor {

        public DescriptorImpl() {
            super(PgRestoreBuilder.class, PgRestoreStep.class);
        }

        @Override
        public String getDisplayName() {
            return Messages.PgRestore_displayName();
        }
    }
}
