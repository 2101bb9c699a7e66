package dev.sallyport.cli.harness;

import dev.sallyport.statements.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** An approval that waits, with a prompt that has its digest. */
public final class SampleApproval {
    private SampleApproval() {}

    private static final String PROMPT = "{\"arguments\":{\"executable\":\"cp\"},\"capabilities\":[\"process_exec\"],"
            + "\"channel\":\"api\",\"principal\":\"agent:demo\",\"risk\":{\"level\":\"medium\",\"rule\":\"r\"},\"rules\":"
            + "[{\"id\":\"r\",\"reason\":\"sensitive\"}],\"run\":\"r1\",\"sandbox\":{\"egress\":\"strict\",\"hosts\":[],"
            + "\"limits\":{},\"tier\":\"C\"},\"secrets\":[],\"session\":\"s1\",\"summary\":"
            + "\"Run the program cp with 2 arguments\",\"tool\":\"process.run\",\"tool_version\":\"1\",\"v\":1}";

    private static final String SALT = "0123456789abcdef0123456789abcdef";

    /** The digest of its prompt. */
    public static String promptDigest() {
        return Digest.of((SALT + PROMPT).getBytes(StandardCharsets.UTF_8)).hex();
    }

    /** The record as approval-service answers it. */
    public static String record() {
        return "{\"approval_id\":\"A\",\"proposal_id\":\"" + CommandsOverHttp.ID
                + "\",\"state\":\"pending\",\"prompt\":" + PROMPT
                + ",\"prompt_salt\":\""
                + Base64.getEncoder().encodeToString(SALT.getBytes(StandardCharsets.UTF_8))
                + "\",\"prompt_digest\":\"" + promptDigest() + "\",\"obligations\":{\"approver_role\":\"operator\","
                + "\"quorum\":1,\"assurance\":\"session\",\"four_eyes\":false},\"resolutions\":[]}";
    }
}
