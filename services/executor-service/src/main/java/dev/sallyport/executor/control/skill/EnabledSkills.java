package dev.sallyport.executor.control.skill;

import dev.sallyport.executor.control.RunnableSkills;
import dev.sallyport.executor.permit.PermittedCall;
import dev.sallyport.statements.vocabulary.PermittedSkill;
import org.springframework.stereotype.Component;

/** A skill runs while its version is enabled as it was permitted, and its signer's key is not revoked. */
@Component
class EnabledSkills implements RunnableSkills {
    private final SkillTable table;

    EnabledSkills(SkillTable table) {
        this.table = table;
    }

    @Override
    public boolean mayStart(PermittedCall call) {
        PermittedSkill skill = call.permit().runtime().skill();
        return skill == null || table.mayStart(call, skill);
    }
}
