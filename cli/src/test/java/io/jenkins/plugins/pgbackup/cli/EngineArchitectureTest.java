package io.jenkins.plugins.pgbackup.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.jenkins.plugins.pgbackup.engine.BackupListener;
import io.jenkins.plugins.pgbackup.engine.machine.LocalMachine;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which packages of the engine and of the command line may know which others. */
class EngineArchitectureTest {

    private static final String PLUGIN = "io.jenkins.plugins.pgbackup";
    private static final String ENGINE = PLUGIN + ".engine";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(PLUGIN);

    @Test
    void theEngineDoesNotKnowJenkinsOrItsDoors() {
        noClasses()
                .that()
                .resideInAPackage(ENGINE + "..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "hudson..",
                                "jenkins..",
                                "org.jenkinsci..",
                                "org.kohsuke..",
                                "com.cloudbees..",
                                "jakarta.servlet..",
                                "picocli..")
                        .or(resideInAPackage(PLUGIN + "..").and(resideOutsideOfPackages(ENGINE + ".."))))
                .check(CLASSES);
    }

    /** On an agent, programs are started by the launcher of the step, in whatever container it leads to. */
    @Test
    void onlyTheLocalMachineStartsProgramsByItself() {
        noClasses()
                .that()
                .resideInAPackage(ENGINE + "..")
                .and()
                .doNotBelongToAnyOf(LocalMachine.class)
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ProcessBuilder.class)
                .check(CLASSES);
    }

    /** What runs on an agent must not bring the AWS SDK there. */
    @Test
    void theTransferDoesNotKnowTheAwsSdk() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        ENGINE + ".store.s3.transfer..",
                        ENGINE + ".stream..",
                        ENGINE + ".machine..",
                        ENGINE + ".store",
                        ENGINE + ".store.local..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("software.amazon..")
                .check(CLASSES);
    }

    /** Dependencies point downwards. Each package of the engine, below its root, with all that it may know. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "failure           |",
                "text              |",
                "filter            |",
                "postgres          | failure,text,filter",
                "machine           | failure,text",
                "proof             | failure,text",
                "store             | failure,text,machine",
                "store.local       | failure,text,machine,postgres,store",
                "store.s3          | failure,text,machine,store,store.s3.transfer",
                "store.s3.transfer | failure,text,machine,store",
                "stream            | failure,text,machine,filter,postgres,store",
                "catalog           | failure,text,filter,postgres,proof,store",
                "run               | failure,text,machine,filter,postgres,proof,store,stream,catalog",
            })
    void aPackageOfTheEngineKnowsThePackagesBelowItOnly(String name, String below) {
        String own = ENGINE + "." + name;
        String[] known = Stream.concat(
                        Stream.of(own),
                        below == null
                                ? Stream.empty()
                                : Arrays.stream(below.split(",")).map(p -> ENGINE + "." + p))
                .toArray(String[]::new);
        DescribedPredicate<JavaClass> others = resideInAPackage(ENGINE + "..")
                .and(resideOutsideOfPackages(known))
                .and(DescribedPredicate.not(DescribedPredicate.describe(
                        "the listener, for what runs programs",
                        type -> name.equals("run") && type.isEquivalentTo(BackupListener.class))));
        ArchRule rule = noClasses().that().resideInAPackage(own).should().dependOnClassesThat(others);
        rule.check(CLASSES);
    }

    @Test
    void theTableAboveHasEveryPackage() throws Exception {
        Set<String> tested = Arrays.stream(EngineArchitectureTest.class
                        .getDeclaredMethod("aPackageOfTheEngineKnowsThePackagesBelowItOnly", String.class, String.class)
                        .getAnnotation(CsvSource.class)
                        .value())
                .map(row -> ENGINE + "." + row.substring(0, row.indexOf('|')).trim())
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> found = CLASSES.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.startsWith(ENGINE + "."))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(tested, found);
    }

    @Test
    void theCommandLineIsKnownByItsCommandsOnly() {
        classes()
                .that()
                .resideInAnyPackage(PLUGIN + ".cli.console", PLUGIN + ".cli.s3")
                .should()
                .onlyDependOnClassesThat(resideOutsideOfPackages(PLUGIN + ".cli..")
                        .or(resideInAnyPackage(PLUGIN + ".cli.console", PLUGIN + ".cli.s3")))
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(PLUGIN + ".cli.console")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(PLUGIN + ".cli.s3")
                .check(CLASSES);
    }
}
