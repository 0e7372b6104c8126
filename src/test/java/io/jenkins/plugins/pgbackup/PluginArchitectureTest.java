package io.jenkins.plugins.pgbackup;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import hudson.Launcher;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which packages between the doors and the engine may know which others. (Those of the engine: {@code EngineArchitectureTest}.) */
class PluginArchitectureTest {

    private static final String PLUGIN = "io.jenkins.plugins.pgbackup";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(PLUGIN);

    /** Dependencies point downwards. Each package, with all that it may know besides the engine and the messages. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "agent       |",
                "credentials |",
                "settings    |",
                "view        |",
                "driver      | credentials,settings,view",
                "parameter   | credentials,driver,settings,view",
                "profile     | credentials,driver,settings",
                "leftover    | agent,credentials,driver,view",
            })
    void aPackageKnowsThePackagesBelowItOnly(String name, String below) {
        String own = PLUGIN + "." + name;
        String[] known = Stream.concat(
                        Stream.of(own, PLUGIN + ".engine.."),
                        below == null
                                ? Stream.empty()
                                : Arrays.stream(below.split(",")).map(other -> PLUGIN + "." + other))
                .toArray(String[]::new);
        DescribedPredicate<JavaClass> others = resideInAPackage(PLUGIN + "..")
                .and(resideOutsideOfPackages(known))
                .and(DescribedPredicate.not(equivalentTo(Messages.class)));
        noClasses()
                .that()
                .resideInAPackage(own)
                .should()
                .dependOnClassesThat(others)
                .check(CLASSES);
    }

    @Test
    void theTableAboveHasEveryPackage() throws Exception {
        Set<String> tested = Arrays.stream(PluginArchitectureTest.class
                        .getDeclaredMethod("aPackageKnowsThePackagesBelowItOnly", String.class, String.class)
                        .getAnnotation(CsvSource.class)
                        .value())
                .map(row -> PLUGIN + "." + row.substring(0, row.indexOf('|')).trim())
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> found = CLASSES.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> !name.equals(PLUGIN) && !name.startsWith(PLUGIN + ".engine"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(found, is(tested));
    }

    /** PostgreSQL's programs are started by the launcher of the step, never beside it. */
    @Test
    void noProgramIsStartedBesideTheLauncherButForFifos() {
        noClasses()
                .that()
                .resideInAPackage(PLUGIN + "..")
                .and()
                .resideOutsideOfPackage(PLUGIN + ".engine..")
                .and()
                .doNotHaveFullyQualifiedName(PLUGIN + ".agent.MakeFifos")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(ProcessBuilder.class, Launcher.LocalLauncher.class)
                .check(CLASSES);
    }
}
