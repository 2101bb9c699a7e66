package dev.sallyport.vault;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import dev.sallyport.structure.ModuleStructure;
import dev.sallyport.structure.StructureRules;
import java.util.List;

class StructureTest extends ModuleStructure {
    StructureTest() {
        super(StructureRules.of("dev.sallyport.vault")
                .layered()
                .apart(
                        "the domain knows no HTTP",
                        List.of("..keyring", "..secret", "..ca", "..join", "..denylist", "..audit"),
                        List.of("org.springframework.web..", "org.springframework.http..", "jakarta.servlet.."))
                .also(
                        "a value never becomes a string or JSON",
                        noClasses()
                                .that()
                                .haveSimpleName("SecretEnvelope")
                                .or()
                                .haveSimpleName("Redemption")
                                .should()
                                .dependOnClassesThat()
                                .resideInAPackage("tools.jackson..")));
    }
}
