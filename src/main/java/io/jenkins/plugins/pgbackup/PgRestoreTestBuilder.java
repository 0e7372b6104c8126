package io.jenkins.plugins.pgbackup;

import hudson.Extension;
import org.kohsuke.stapler.DataBoundConstructor;

/** {@code pgRestoreTest} as a build step of a freestyle job. */
public final class PgRestoreTestBuilder extends RestoringBuilder {

    private final PgRestoreTestStep test;

    /** A URL that has a password is not kept; the build says why. */
    @DataBoundConstructor
    public PgRestoreTestBuilder(PgRestoreTestStep test) {
        this.test = test;
        test.dropUrlWithPassword();
    }

    public PgRestoreTestStep getTest() {
        return test;
    }

    @Override
    RestoringStep step() {
        return test;
    }

    /** The build step as Jenkins knows it. */
    @Extension
    public static final class DescriptorImpl extends RestoringBuilderDescriptor {

        public DescriptorImpl() {
            super(PgRestoreTestBuilder.class, PgRestoreTestStep.class);
        }

        @Override
        public String getDisplayName() {
            return Messages.PgRestoreTest_displayName();
        }
    }
}
