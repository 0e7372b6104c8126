package io.jenkins.plugins.pgbackup.settings;

import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.engine.catalog.RetentionRules;
import io.jenkins.plugins.pgbackup.engine.catalog.TimeSpan;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import java.util.Optional;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Which older dumps stay after a backup: the {@code keep: [...]} of the step. A number that was not given is {@code null}. */
public final class KeepSection extends AbstractDescribableImpl<KeepSection> {

    private Integer last;
    private Integer daily;
    private Integer weekly;
    private Integer monthly;
    private Integer yearly;
    private String within;
    private Integer minimum;
    private String timezone;
    private boolean anyJob;

    @DataBoundConstructor
    public KeepSection() {
        // Everything has a default.
    }

    public Integer getLast() {
        return last;
    }

    @DataBoundSetter
    public void setLast(Integer last) {
        this.last = last;
    }

    public Integer getDaily() {
        return daily;
    }

    @DataBoundSetter
    public void setDaily(Integer daily) {
        this.daily = daily;
    }

    public Integer getWeekly() {
        return weekly;
    }

    @DataBoundSetter
    public void setWeekly(Integer weekly) {
        this.weekly = weekly;
    }

    public Integer getMonthly() {
        return monthly;
    }

    @DataBoundSetter
    public void setMonthly(Integer monthly) {
        this.monthly = monthly;
    }

    public Integer getYearly() {
        return yearly;
    }

    @DataBoundSetter
    public void setYearly(Integer yearly) {
        this.yearly = yearly;
    }

    /** {@code 30d}. */
    public String getWithin() {
        return within;
    }

    @DataBoundSetter
    public void setWithin(String within) {
        this.within = Util.fixEmptyAndTrim(within);
    }

    public Integer getMinimum() {
        return minimum;
    }

    @DataBoundSetter
    public void setMinimum(Integer minimum) {
        this.minimum = minimum;
    }

    /** Where a day begins; {@code null} for UTC. */
    public String getTimezone() {
        return timezone;
    }

    @DataBoundSetter
    public void setTimezone(String timezone) {
        this.timezone = Util.fixEmptyAndTrim(timezone);
    }

    /** Whether dumps that other jobs have made of the database are judged, too. */
    public boolean isAnyJob() {
        return anyJob;
    }

    @DataBoundSetter
    public void setAnyJob(boolean anyJob) {
        this.anyJob = anyJob;
    }

    /** Whether nothing was changed, so that nothing need be written about it. */
    public boolean isDefault() {
        return last == null
                && daily == null
                && weekly == null
                && monthly == null
                && yearly == null
                && within == null
                && minimum == null
                && timezone == null
                && !anyJob;
    }

    /**
     * What the engine takes.
     *
     * @return empty if every dump stays
     * @throws InvalidInputException if a rule is invalid, or none says which dumps stay
     */
    public Optional<RetentionRules> toRules(Variables variables) {
        String span = variables.expand(within);
        String zone = variables.expand(timezone);
        return isDefault()
                ? Optional.empty()
                : Optional.of(new RetentionRules(
                        number(last),
                        number(daily),
                        number(weekly),
                        number(monthly),
                        number(yearly),
                        span == null ? null : TimeSpan.parse(span),
                        number(minimum),
                        zone == null ? null : RetentionRules.parseTimezone(zone)));
    }

    private static int number(Integer given) {
        return given == null ? 0 : given;
    }

    /** The form's part of it. */
    @Extension
    public static final class DescriptorImpl extends Descriptor<KeepSection> {

        @Override
        public String getDisplayName() {
            return Messages.KeepSection_displayName();
        }

        @POST
        public FormValidation doCheckWithin(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.READ);
            return value.isBlank() ? FormValidation.ok() : FormChecks.check(value, () -> TimeSpan.parse(value));
        }

        @POST
        public FormValidation doCheckTimezone(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.READ);
            return value.isBlank()
                    ? FormValidation.ok()
                    : FormChecks.check(value, () -> RetentionRules.parseTimezone(value));
        }
    }
}
