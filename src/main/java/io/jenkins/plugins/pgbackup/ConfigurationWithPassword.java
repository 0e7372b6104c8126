package io.jenkins.plugins.pgbackup;

import hudson.Extension;
import hudson.XmlFile;
import hudson.model.Item;
import hudson.model.Items;
import hudson.model.Saveable;
import hudson.model.listeners.ItemListener;
import hudson.model.listeners.SaveableListener;
import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Takes a password that was sent in a job's {@code config.xml} off the disk.
 *
 * <p>Jenkins writes what was sent as it came, reads the job from it and then tells its listeners, all in one thread
 * ({@code AbstractItem.updateByXml}, {@code ItemGroupMixIn.createProjectFromXML}). The job that was read has no password any
 * more, see {@link PgBackupBuilder}; it is written again before other listeners can make a copy of the file.
 */
final class ConfigurationWithPassword {

    private static final Logger LOGGER = Logger.getLogger(ConfigurationWithPassword.class.getName());

    /** Whatever job the build step is in, and however deep: it does not know that. */
    private static final ThreadLocal<Boolean> READ = new ThreadLocal<>();

    private ConfigurationWithPassword() {}

    /** In this thread, one has just been read whose password was dropped. */
    static void wasRead() {
        READ.set(true);
    }

    private static void writeAgain(Item item) {
        if (READ.get() == null) {
            return;
        }
        READ.remove();
        try {
            Items.getConfigFile(item).write(item);
        } catch (IOException e) {
            LOGGER.log(
                    Level.SEVERE,
                    e,
                    () -> "The configuration of " + item.getFullName()
                            + " was sent with a password in a URL and could not be written without it: save the job again.");
        }
    }

    /** Of jobs that get another configuration. */
    @Extension(ordinal = Integer.MAX_VALUE)
    public static final class OnChange extends SaveableListener {
        @Override
        public void onChange(Saveable saved, XmlFile file) {
            if (saved instanceof Item item) {
                writeAgain(item);
            }
        }
    }

    /** Of new jobs. */
    @Extension(ordinal = Integer.MAX_VALUE)
    public static final class OnNewItem extends ItemListener {
        @Override
        public void onCreated(Item item) {
            writeAgain(item);
        }

        @Override
        public void onCopied(Item original, Item item) {
            writeAgain(item);
        }
    }
}
