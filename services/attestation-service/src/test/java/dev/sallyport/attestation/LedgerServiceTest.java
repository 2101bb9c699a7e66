package dev.sallyport.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.attestation.index.IndexProjection;
import dev.sallyport.attestation.index.LedgerInclusion;
import dev.sallyport.identity.ca.FleetPlan;
import dev.sallyport.servicetest.EndpointDocument;
import dev.sallyport.servicetest.api.ApiDocument;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.RuleRef;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.sample.SampleCall;
import dev.sallyport.statements.sample.SampleCall.Sent;
import dev.sallyport.statements.sample.SampleStep;
import dev.sallyport.statements.sample.SampleTerms;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.testkit.Client;
import dev.sallyport.testkit.TestFleet;
import dev.sallyport.testkit.signing.FleetSigners;
import dev.sallyport.tlog.Checkpoint;
import dev.sallyport.tlog.EntryBundle;
import dev.sallyport.tlog.LogPath.BundleId;
import dev.sallyport.tlog.LogPath.TileId;
import dev.sallyport.tlog.Proofs;
import dev.sallyport.tlog.Rfc6962;
import dev.sallyport.tlog.RightEdge;
import dev.sallyport.tlog.TlogProof;
import dev.sallyport.tlog.TreeHash;
import dev.sallyport.tlog.VerifierKey;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LedgerServiceTest {
    private static final Duration SOON = Traffic.SOON;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private RunningLedger ledger;
    private Traffic traffic;

    @BeforeAll
    void start() {
        ledger = RunningLedger.start();
        traffic = new Traffic(ledger);
    }

    @AfterAll
    void stop() {
        traffic.close();
        ledger.close();
    }

    @Test
    void everyStatementBecomesALeafOnceHoweverOftenAndInWhateverOrderItArrives() {
        long seed = 5;
        List<SampleCall> calls = new ArrayList<>();
        List<Sent> records = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            SampleCall call = FleetSigners.call();
            calls.add(call);
            records.addAll(call.records());
            records.addAll(call.records());
        }
        Collections.shuffle(records, new Random(seed));
        traffic.send(records);
        calls.forEach(call -> traffic.awaitEnded(call.digests()));

        List<Long> indexes = new ArrayList<>();
        for (SampleCall call : calls) {
            ledger.bean(LedgerInclusion.class).find(call.digests()).forEach(found -> indexes.add(found.index()));
        }
        assertThat(indexes).doesNotHaveDuplicates().doesNotContain(-1L);
        assertThat(count("select count(*) - count(distinct digest) from entry")).isZero();
        long size = count("select size from tree_state");
        assertThat(count("select count(*) from entry")).isEqualTo(size);
        assertThat(count("select max(idx) + 1 from entry")).isEqualTo(size);
    }

    @Test
    void aRestartThatReadsEverythingAgainAppendsNothing() {
        traffic.call();
        long size = count("select size from tree_state");
        ledger.stop();
        // The worst that can be lost: where reading was.
        withDatabase(jdbc -> jdbc.sql("delete from source_offset").update());
        ledger.restart();

        SampleCall behind = FleetSigners.call();
        traffic.send(behind.records());
        traffic.awaitEnded(behind.digests());
        assertThat(count("select size from tree_state"))
                .isEqualTo(size + behind.records().size());
    }

    @Test
    void aCertificateIsBoundBeforeItsFirstStatement() {
        traffic.call();

        assertThat(count("select count(*) from certificate c where c.bound_at >="
                        + " (select min(idx) from entry e where e.certificate = c.digest and e.idx <> c.bound_at)"))
                .isZero();
        assertThat(count("select count(*) from statement_index where event = 'key-bound'"))
                .isEqualTo(count("select count(*) from certificate"));
    }

    @Test
    void aForgedRecordBecomesALeafAboutItAndWhatIsBehindItFlows() {
        SampleCall call = FleetSigners.call();
        Sent proposed = call.records().getFirst();
        byte[] forged = proposed.record().encode();
        int at = new String(forged, UTF_8).indexOf("\"sig\":\"") + 20;
        forged[at] = (byte) (forged[at] == 'A' ? 'B' : 'A');
        traffic.sendRaw("ToolProposed", forged);
        traffic.sendRaw("ToolProposed", "not a record".getBytes(UTF_8));
        // A real statement, on the topic of another type.
        traffic.sendRaw("ToolPermitted", proposed.record().encode());
        traffic.send(call.records());
        traffic.awaitEnded(call.digests());

        for (byte[] rejected : List.of(forged, "not a record".getBytes(UTF_8))) {
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(
                                    ledger.text("/v1/entries?event=record-rejected&limit=200", TestCallers.AUDITOR))
                            .contains("record-rejected"));
            String payloads = String.join("\n", payloadsOf("record-rejected"));
            assertThat(payloads).contains(Digest.of(rejected).hex());
        }
        assertThat(String.join("\n", payloadsOf("record-rejected")))
                .contains("\"reason\":\"BAD_SIGNATURE\"")
                .contains("\"reason\":\"MALFORMED\"")
                .contains("\"reason\":\"WRONG_TYPE\"");
        // They are in the dead letters, which are read back without a second leaf.
        await().atMost(SOON)
                .until(() ->
                        count("select coalesce(sum(next_offset), 0) from source_offset where topic like '%.dlt'") >= 3);
        assertThat(count("select count(*) from rejection"))
                .isEqualTo(count("select count(*) from statement_index where event = 'record-rejected'"));
    }

    @Test
    void everyEarlierCheckpointIsContinuedByLaterOnes() {
        List<Checkpoint> seen = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            traffic.call();
            seen.add(checkpoint());
        }
        Checkpoint last = checkpoint();
        for (Checkpoint older : seen) {
            assertThat(older.size()).isPositive();
            JsonNode answer = JSON.readTree(
                    ledger.text("/v1/consistency?from=" + older.size() + "&to=" + last.size(), TestCallers.AUDITOR));
            List<TreeHash> path = new ArrayList<>();
            answer.get("hashes")
                    .forEach(hash -> path.add(TreeHash.of(Base64.getDecoder().decode(hash.stringValue()))));
            assertThatCode(() -> Proofs.verifyConsistency(older.size(), older.root(), last.size(), last.root(), path))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void aCheckpointCoversNineteenOfTwentyStatementsWithinASecond() {
        for (int i = 0; i < 6; i++) {
            traffic.call();
        }
        long p95 = withDatabaseValue(
                jdbc -> jdbc.sql("select percentile_disc(0.95) within group (order by extract(epoch from"
                                + " (select min(c.published_at) from checkpoint c where c.size > e.idx)"
                                + " - e.appended_at) * 1000)::bigint from entry e where e.idx > 20")
                        .query(Long.class)
                        .single());
        assertThat(p95).isLessThan(1_000);
    }

    @Test
    void proofsByIndexAndByDigestHoldForTheBytesServed() {
        SampleCall call = traffic.call();
        VerifierKey key = VerifierKey.parse(TestFleet.shared().trust().logKeys().getFirst());
        for (Digest digest : call.digests()) {
            TlogProof proof = TlogProof.parse(ledger.get("/v1/proofs/" + digest.hex(), TestCallers.AUDITOR)
                    .body());
            JsonNode entry = JSON.readTree(ledger.text("/v1/entries/" + proof.index(), TestCallers.AUDITOR));
            byte[] leaf = entry.at("/entry/envelope").stringValue().getBytes(UTF_8);

            assertThat(proof.verify(leaf, List.of(key)).size()).isGreaterThan(proof.index());
            TlogProof byIndex =
                    TlogProof.parse(ledger.get(entry.at("/entry/proof").stringValue(), TestCallers.AUDITOR)
                            .body());
            assertThat(byIndex.verify(leaf, List.of(key)).origin()).isEqualTo(key.name());
            leaf[40] ^= 1;
            assertThatThrownBy(() -> byIndex.verify(leaf, List.of(key))).hasMessageContaining("another root");
        }
    }

    @Test
    void theEntriesServedAsBundlesAreTheLeavesOfTheCheckpoint() {
        traffic.call();
        Checkpoint checkpoint = checkpoint();
        List<TreeHash> leaves = new ArrayList<>();
        for (long index = 0; index * 256 < checkpoint.size(); index++) {
            BundleId id = BundleId.inTree(index, checkpoint.size());
            var response = ledger.get("/" + id.path(), TestCallers.AUDITOR);
            assertThat(response.headers().firstValue("Cache-Control").orElse(""))
                    .contains("immutable");
            EntryBundle.decode(response.body(), id.width()).forEach(entry -> leaves.add(Rfc6962.leaf(entry)));
        }
        assertThat(RightEdge.empty().append(leaves).edge().root()).isEqualTo(checkpoint.root());
        assertThat(ledger.get("/tile/0/001.p/255", "").statusCode()).isEqualTo(404);
        assertThat(ledger.get("/tile/0/1", "").statusCode()).isEqualTo(404);
        assertThat(ledger.get("/checkpoint", "")
                        .headers()
                        .firstValue("Content-Type")
                        .orElse(""))
                .isEqualToIgnoringCase("text/plain;charset=utf-8");
    }

    @Test
    void auditorsFindWhatTheyAskForPageByPage() {
        SampleCall mine = searched(SampleCall.WORKSPACE);
        SampleCall foreign = searched(TestCallers.OTHER_WORKSPACE);
        // The proposal comes last: what came before it is found by its principal all the same.
        traffic.send(mine.records().reversed());
        traffic.send(foreign.records());
        traffic.awaitEnded(mine.digests());
        traffic.awaitEnded(foreign.digests());

        List<String> found = new ArrayList<>();
        String after = "";
        while (true) {
            JsonNode page = JSON.readTree(
                    ledger.text("/v1/entries?principal=agent:searched&limit=3" + after, TestCallers.AUDITOR));
            assertThat(page.at("/checkpoint/size").longValue()).isPositive();
            page.get("items").forEach(entry -> found.add(entry.get("digest").stringValue()));
            if (!page.has("next")) {
                break;
            }
            after = "&after=" + page.get("next").stringValue();
        }
        assertThat(found)
                .containsExactlyInAnyOrderElementsOf(
                        mine.digests().stream().map(Digest::hex).toList());
        assertThat(types("/v1/entries?proposal_id=" + mine.id() + "&decision=approval_required"))
                .containsExactly("tool-proposed/v1");
        assertThat(types("/v1/entries?proposal_id=" + mine.id() + "&outcome=succeeded"))
                .containsExactly("audit/v1", "tool-executed/v1");
        assertThat(types("/v1/entries?proposal_id=" + mine.id() + "&tool=fs.write"))
                .isEmpty();
        assertThat(types("/v1/entries?proposal_id=" + mine.id() + "&from=2100-01-01T00:00:00.000Z"))
                .isEmpty();
        assertThat(types("/v1/entries?session_id=session-agent:searched&run_id=run-1"))
                .hasSize(7);
        assertThat(types("/v1/entries?proposal_id=" + foreign.id())).isEmpty();
        assertThat(ledger.get("/v1/entries?proposal_id=%00", TestCallers.AUDITOR)
                        .statusCode())
                .isEqualTo(400);
        assertThat(ledger.get("/v1/cases/" + foreign.id(), TestCallers.AUDITOR).statusCode())
                .isEqualTo(404);
        assertThat(ledger.get("/v1/cases/" + foreign.id(), TestCallers.FOREIGNER)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void auditorsFindWhoAnsweredAndWhichRuleDecided() {
        RuleRef rule = new RuleRef("forbid, or ask: \"searched\"", SampleTerms.SOME);
        SampleCall asked = FleetSigners.call(terms -> terms.rule = rule);
        SampleCall denied = FleetSigners.call(terms -> {
            terms.rule = rule;
            terms.decided(Decision.Outcome.DENY, "FORBIDDEN_BY_SEARCHED");
        });
        SampleCall foreign = FleetSigners.call(terms -> {
            terms.workspace = TestCallers.OTHER_WORKSPACE;
            terms.rule = rule;
        });
        for (SampleCall call : List.of(asked, denied, foreign)) {
            traffic.send(call.records().reversed());
            traffic.awaitEnded(call.digests());
        }
        String byRule = "/v1/entries?rule=" + URLEncoder.encode(rule.id(), UTF_8);

        assertThat(types(byRule + "&decision=deny")).containsExactly("tool-proposed/v1");
        assertThat(types(byRule + "&type=tool-proposed&proposal_id=" + asked.id()))
                .containsExactly("tool-proposed/v1");
        assertThat(types(byRule)).contains("approval-requested/v1").hasSizeBetween(3, 4);
        assertThat(types("/v1/entries?code=FORBIDDEN_BY_SEARCHED"))
                .containsExactlyInAnyOrder("tool-proposed/v1", "audit/v1");
        assertThat(types("/v1/entries?rule=forbid")).isEmpty();

        String byApprover = "/v1/entries?approver=person:op&proposal_id=";
        JsonNode answer = JSON.readTree(ledger.text(byApprover + asked.id(), TestCallers.AUDITOR));
        assertThat(answer.get("items")).singleElement().satisfies(entry -> {
            assertThat(entry.get("type").stringValue()).isEqualTo("approval-resolved/v1");
            assertThat(entry.get("approvers")).hasToString("[\"person:op\"]");
            assertThat(entry.get("code").stringValue()).isEqualTo("APPROVED");
            assertThat(entry.has("rules")).isFalse();
        });
        assertThat(answer.get("indexed").longValue())
                .isLessThanOrEqualTo(answer.at("/checkpoint/size").longValue());
        assertThat(types(byApprover + foreign.id())).isEmpty();
        assertThat(types("/v1/entries?approver=person:nobody")).isEmpty();
        assertThat(JSON.readTree(ledger.text(
                                "/v1/entries?tool=fs.raed&session_id=nobodys&rule="
                                        + URLEncoder.encode(rule.id(), UTF_8),
                                TestCallers.AUDITOR))
                        .path("unseen"))
                .as("what is misspelt, and not what is there")
                .hasToString("[\"tool\",\"session_id\"]");
        assertThat(JSON.readTree(ledger.text("/v1/entries?from=2020-01-01&to=2020-01-01", TestCallers.AUDITOR))
                        .has("unseen"))
                .isFalse();
        assertThat(types("/v1/entries?type=approval-resolved&proposal_id=" + asked.id()))
                .containsExactly("approval-resolved/v1");
    }

    @Test
    void pagesByApproverLeaveNothingOut() {
        List<SampleCall> calls = List.of(traffic.call(), traffic.call(), traffic.call());
        List<String> wanted = calls.stream()
                .map(call -> call.signed(SampleStep.RESOLVED).digest().hex())
                .toList();
        List<String> found = new ArrayList<>();
        String after = "-1";
        while (after != null) {
            JsonNode page = JSON.readTree(ledger.text(
                    "/v1/entries?approver=person:op&code=APPROVED&limit=2&after=" + after, TestCallers.AUDITOR));
            assertThat(page.get("items").size()).isBetween(1, 2);
            page.get("items").forEach(entry -> found.add(entry.get("digest").stringValue()));
            after = page.has("next") ? page.get("next").stringValue() : null;
        }
        assertThat(found).doesNotHaveDuplicates().containsAll(wanted);
    }

    @Test
    void entriesOfADayAreFoundByTheDay() {
        SampleCall call = traffic.call();
        LocalDate day = LocalDate.ofInstant(call.terms().now, ZoneOffset.UTC);
        String query = "/v1/entries?proposal_id=" + call.id();
        assertThat(types(query + "&from=" + day + "&to=" + day)).hasSize(7);
        assertThat(types(query + "&to=" + day.minusDays(1))).isEmpty();
        assertThat(types(query + "&from=" + day.plusDays(1))).isEmpty();
    }

    @Test
    void whatNoEntryCanHaveIsRefusedWithWhatIsAccepted() {
        Map<String, String> refused = new LinkedHashMap<>();
        refused.put("type=approval", "approval-resolved/v1");
        refused.put("event=approved", "call-ended");
        refused.put("outcome=ok", "succeeded");
        refused.put("decision=no", "approval_required");
        refused.put("code=denied", "in capitals");
        refused.put("approver=alice", "person:alice");
        refused.put("approver=agent:demo", "person:alice");
        refused.put("principal=demo", "agent:demo");
        refused.put("proposal_id=1", "26 capitals");
        refused.put("rule=", "needs a value");
        refused.put("rule=" + "r".repeat(201), "1 to 200");
        refused.put("tool=process%20run", "process.run");
        refused.put("session_id=a%20b", "no spaces");
        refused.put("run_id=" + "r".repeat(129), "1 to 128");
        refused.put("rule=a&rule=b", "once");
        refused.put("approved_by=person:op", "approver");
        refused.put("from=yesterday", "2026-11-28");
        refused.put("to=2026-02-30", "2026-11-28");
        refused.put("from=%2B99999-01-01T00:00:00Z", "2026-11-28");
        refused.put("from=2026-11-29&to=2026-11-28", "later than");
        refused.put("rule=x&outcome=denied", "tool-proposed/v1");
        refused.put("decision=denied&rule=x", "approval-resolved/v1");
        refused.put("event=signed-in&outcome=succeeded", "call-ended");
        refused.put("type=execution-permit&approver=person:op", "execution-permit/v1");
        refused.forEach((query, said) -> {
            var response = ledger.get("/v1/entries?" + query, TestCallers.AUDITOR);
            assertThat(response.statusCode()).as(query).isEqualTo(400);
            assertThat(new String(response.body(), UTF_8)).as(query).contains("\"field\"", said);
        });
        for (String possible : List.of(
                "from=2026-11-28&to=2026-11-28",
                "from=2026-11-28T10:00:00%2B01:00",
                "rule=x&decision=deny&code=FORBIDDEN&type=tool-proposed",
                "approver=person:op&decision=denied&code=DENIED_BY_APPROVER",
                "event=call-ended&outcome=denied&principal=agent:demo&tool=echo")) {
            assertThat(ledger.get("/v1/entries?" + possible, TestCallers.AUDITOR)
                            .statusCode())
                    .as(possible)
                    .isEqualTo(200);
        }
    }

    @Test
    void anAnswerSaysHowMuchOfTheLogWasSearched() {
        SampleCall call = FleetSigners.call();
        String query = "/v1/entries?proposal_id=" + call.id();
        ledger.bean(TransactionTemplate.class).executeWithoutResult(_ -> {
            text("select name from projection where name = 'statement_index' for update");
            traffic.send(call.records());
            // Of the log, which goes on while the index cannot.
            await().atMost(SOON)
                    .until(() -> count("select count(*) from entry e join checkpoint c"
                                    + " on c.size > e.idx where e.digest = '\\x"
                                    + call.digests().getLast() + "'")
                            > 0);
            JsonNode answer = JSON.readTree(ledger.text(query, TestCallers.AUDITOR));
            assertThat(answer.get("items")).isEmpty();
            assertThat(answer.get("indexed").longValue())
                    .isLessThan(answer.at("/checkpoint/size").longValue());
        });
        traffic.awaitEnded(call.digests());
        assertThat(types(query)).hasSize(7);
    }

    @Test
    void aStatementThatOnlyBearsACallsNameIsNoPartOfItsCase() {
        SampleCall before = FleetSigners.call();
        Detail planted = Detail.of("planted".getBytes(UTF_8));
        Sent early = Traffic.audit(AuditEvent.CONFIG_CHANGED, before.subject().name(), planted);
        traffic.send(early);
        traffic.awaitIncluded(List.of(early.record().digest()));
        traffic.send(before.records());
        Sent late = Traffic.audit(AuditEvent.TOKEN_ISSUED, before.subject().name());
        Sent genuine = Traffic.audit(AuditEvent.STATEMENT_WITHOUT_EFFECT, before.subject());
        traffic.send(List.of(late, genuine));
        traffic.awaitEnded(before.digests());
        traffic.awaitEnded(List.of(
                early.record().digest(),
                late.record().digest(),
                genuine.record().digest()));

        JsonNode read = JSON.readTree(ledger.text("/v1/cases/" + before.id(), TestCallers.AUDITOR));
        List<String> events = new ArrayList<>();
        read.get("statements")
                .forEach(stated -> events.add(stated.at("/entry/event").asString("")));
        assertThat(events)
                .hasSize(8)
                .contains("statement-without-effect")
                .doesNotContain("config-changed", "token-issued");
        assertThat(read.get("details")).hasSize(3);
        assertThat(types("/v1/entries?proposal_id=" + before.id())).hasSize(8);
    }

    @Test
    void statementsAboutTheFleetAreForThoseWhoExamineIt() {
        traffic.call();
        assertThat(ledger.text("/v1/entries?event=key-bound", TestCallers.AUDITOR))
                .contains("key-bound");
        assertThat(ledger.text("/v1/entries?event=key-bound", TestCallers.OPERATOR))
                .doesNotContain("key-bound");
        assertThat(ledger.get("/v1/entries/0", TestCallers.OPERATOR).statusCode())
                .isEqualTo(404);
        assertThat(ledger.text("/v1/entries?event=call-ended", TestCallers.OPERATOR))
                .contains("call-ended");
    }

    @Test
    void anIndexBuiltAgainIsTheSame() {
        SampleCall call = FleetSigners.call();
        traffic.send(Traffic.audit(AuditEvent.CONFIG_CHANGED, call.subject().name()));
        traffic.send(call.records().reversed());
        traffic.awaitEnded(call.digests());
        String rows = "select md5(string_agg(s::text, '|' order by idx)) from statement_index s where idx < ";
        long size = count("select next_idx from projection");
        String before = text(rows + size);
        withDatabase(jdbc -> jdbc.sql("""
                with emptied as (update projection set next_idx = 0 where name = 'statement_index'),
                  calls as (delete from call)
                delete from statement_index""").update());
        ledger.bean(IndexProjection.class).catchUp();

        assertThat(text(rows + size)).isEqualTo(before);
    }

    @Test
    void aCaseTellsTheWholeCallAndWhoReadItIsInTheLog() {
        SampleCall call = traffic.call();
        ledger.tellOfReadings();

        JsonNode read = JSON.readTree(ledger.text("/v1/cases/" + call.id(), TestCallers.AUDITOR));
        assertThat(read.get("ended").booleanValue()).isTrue();
        assertThat(read.get("outcome").stringValue()).isEqualTo("succeeded");
        assertThat(read.get("statements")).hasSize(7);
        assertThat(read.at("/statements/0/statement/predicateType").stringValue())
                .startsWith("https://sallyport.dev/");
        List<String> contents = new ArrayList<>();
        read.get("details")
                .forEach(detail -> contents.add(new String(
                        Base64.getDecoder().decode(detail.get("content").stringValue()), UTF_8)));
        assertThat(contents)
                .containsExactlyInAnyOrder(
                        new String(call.terms().args.content(), UTF_8),
                        new String(call.terms().prompt.content(), UTF_8),
                        new String(call.terms().output.content(), UTF_8));
        JsonNode withoutExport = JSON.readTree(ledger.text("/v1/cases/" + call.id(), TestCallers.OPERATOR));
        assertThat(withoutExport.has("details")).isFalse();

        ledger.tellOfReadings();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(payloadsOf("ledger-read").stream()
                                .filter(payload -> payload.contains("case:" + call.id() + "=1")))
                        .hasSize(2)
                        .anyMatch(payload -> payload.contains("\"actor\":\"person:auditor\"")
                                && payload.contains("\"details\":\"3\""))
                        .anyMatch(payload -> payload.contains("\"actor\":\"person:operator\"")));
        assertThat(entriesOf("ledger-read"))
                .as("an auditor sees who")
                .anyMatch(entry -> entry.path("actor").asString("").equals("person:auditor"));
    }

    @Test
    void manyReadingsOfAReaderAreOneLeaf() {
        SampleCall call = traffic.call();
        SampleCall another = traffic.call();
        ledger.tellOfReadings();
        for (int i = 0; i < 12; i++) {
            ledger.text("/v1/cases/" + call.id(), TestCallers.OPERATOR);
            ledger.text("/v1/cases/" + another.id(), TestCallers.OPERATOR);
            ledger.text("/v1/entries?limit=1", TestCallers.OPERATOR);
        }
        ledger.tellOfReadings();

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(
                                payloadsOf("ledger-read").stream().filter(payload -> payload.contains(call.id())))
                        .singleElement()
                        .asString()
                        .contains("\"count\":\"36\"", "case:" + call.id() + "=12", "case:" + another.id() + "=12")
                        .contains("entries=12"));
    }

    @Test
    void entriesAreForReadersOfTheLedgerAndForItsMirrorsWhileHashesAreForEverybody() throws Exception {
        traffic.call();
        ledger.tellOfReadings();
        long size = checkpoint().size();
        String entries = "/" + BundleId.inTree(0, size).path();
        String hashes = "/" + TileId.inTree(0, 0, size).path();

        assertThat(ledger.get(hashes, "").statusCode()).isEqualTo(200);
        assertThat(ledger.get(entries, "").statusCode()).isEqualTo(401);
        for (String spelled : List.of(
                entries.replace("tile/", "tile//"),
                entries.replace("tile/", "tile/./"),
                entries.replace("tile/entries", "tile/%65ntries"),
                entries.replace("tile/entries", "tile/0/../entries"),
                entries.replace("tile/entries", "tile/entries;x=1"))) {
            assertThat(ledger.get(spelled, "").statusCode()).as(spelled).isNotEqualTo(200);
        }
        Client mirror = Client.of(TestFleet.shared().issue(FleetPlan.Workload.infra("mirror")));
        String internal = ledger.internal(entries);
        assertThat(mirror.get(internal).statusCode()).isEqualTo(200);
        assertThat(mirror.get(internal).statusCode()).isEqualTo(200);
        assertThat(Client.of("kafka").get(internal).statusCode()).isEqualTo(403);
        assertThat(Client.of("policy-service").get(internal).statusCode()).isEqualTo(403);
        assertThat(mirror.get(ledger.internal("/v1/entries")).statusCode()).isEqualTo(403);
        String certificate =
                "/v1/certificates/" + text("select encode(digest, 'hex') from certificate order by bound_at limit 1");
        assertThat(mirror.get(ledger.internal(certificate)).body()).startsWith("-----BEGIN CERTIFICATE-----");
        assertThat(ledger.get(certificate, "").statusCode()).isEqualTo(401);
        assertThat(ledger.get("/v1/certificates/" + "0".repeat(64), TestCallers.AUDITOR)
                        .statusCode())
                .isEqualTo(404);

        ledger.tellOfReadings();
        assertThat(text("select convert_from(envelope, 'UTF8') from entry order by idx desc limit 1"))
                .satisfies(envelope -> assertThat(payload(envelope))
                        .contains("/infra/mirror\"", "\"objects\":\"entries=2\"")
                        .doesNotContain("workspace_id"));
    }

    @Test
    void onlyThoseWhoMayReadTheLedgerReadIt() {
        SampleCall call = traffic.call();
        List<String> paths = List.of(
                "/v1/entries",
                "/v1/entries/0",
                "/v1/entries/0/proof",
                "/tile/entries/000.p/1",
                "/v1/proofs/" + call.digests().getFirst().hex(),
                "/v1/consistency?from=1",
                "/v1/cases/" + call.id(),
                "/v1/cases/" + call.id() + "/bundle");
        for (String path : paths) {
            assertThat(ledger.get(path, "").statusCode()).as(path).isEqualTo(401);
            assertThat(ledger.get(path, TestCallers.AGENT).statusCode())
                    .as(path)
                    .isEqualTo(403);
            assertThat(ledger.get(path, TestCallers.AUDITOR).statusCode())
                    .as(path)
                    .isEqualTo(200);
        }
        assertThat(ledger.get("/v1/cases/" + call.id() + "/bundle", TestCallers.OPERATOR)
                        .statusCode())
                .isEqualTo(403);
        EndpointDocument.verify(ledger.context(), "attestation-service");
    }

    @Test
    void theInterfaceIsDocumented() {
        ApiDocument.verify(ledger);
    }

    @Test
    void theFleetAsksForInclusionOverTheInternalConnectorOnly() {
        SampleCall call = traffic.call();
        String digest = call.digests().getFirst().hex();
        String question = "{\"digests\":[\"" + digest + "\",\"" + "0".repeat(64) + "\"]}";
        var answer = ledger.internally("/internal/v1/inclusion", question);
        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode results = JSON.readTree(answer.body()).get("results");
        assertThat(results.get(0).get("digest").stringValue()).isEqualTo(digest);
        assertThat(results.get(0).get("included").booleanValue()).isTrue();
        assertThat(results.get(0).get("ended").booleanValue()).isTrue();
        assertThat(results.get(0).get("index").longValue()).isNotNegative();
        assertThat(results.get(1).get("included").booleanValue()).isFalse();
        assertThat(results.get(1).get("ended").booleanValue()).isFalse();
        assertThat(results.get(1).has("index")).isFalse();

        for (String wrong :
                List.of("{}", "{\"digests\":[]}", "{\"digests\":[\"x\"]}", "{\"digests\":[null]}", "{\"digest\":[]}")) {
            assertThat(ledger.internally("/internal/v1/inclusion", wrong).statusCode())
                    .as(wrong)
                    .isEqualTo(400);
        }
        assertThat(ledger.get("/internal/v1/inclusion", TestCallers.AUDITOR).statusCode())
                .isNotEqualTo(200);
        assertThat(ledger.internally("/checkpoint", "").statusCode()).isEqualTo(200);
    }

    @Test
    void wrongParametersAreAnsweredWithTheFieldNamed() {
        for (String path : List.of(
                "/v1/entries?limit=0",
                "/v1/entries?limit=201",
                "/v1/entries?after=no-index",
                "/v1/entries?from=yesterday",
                "/v1/consistency?from=0",
                "/v1/consistency?from=999999999",
                "/v1/proofs/xyz",
                "/v1/entries/none")) {
            var response = ledger.get(path, TestCallers.AUDITOR);
            assertThat(response.statusCode()).as(path).isEqualTo(400);
            assertThat(new String(response.body(), UTF_8))
                    .as(path)
                    .contains("\"code\"")
                    .contains("\"field\"");
        }
    }

    @Test
    void theTablesOfTheLogRefuseEveryChange() {
        traffic.call();
        for (String sql : List.of(
                "update entry set envelope = '\\x00' where idx = 0",
                "delete from entry where idx = 0",
                "truncate entry",
                "update certificate set spiffe_id = 'x'",
                "delete from checkpoint",
                "update tile set hashes = sha256(hashes)",
                "delete from tile",
                "update tree_state set size = size - 1, epoch = epoch + 1",
                "update tree_state set root = sha256(root), epoch = epoch + 1",
                "delete from tree_state")) {
            assertThatThrownBy(() -> withDatabase(jdbc -> jdbc.sql(sql).update()))
                    .as(sql)
                    .isInstanceOf(DataAccessException.class);
        }
    }

    @Test
    void statementsOutsideACallCountAsEndedOnceTheyAreIncluded() {
        Sent outside = Traffic.audit(AuditEvent.CONFIG_CHANGED, "workspace:" + SampleCall.WORKSPACE);
        Digest unknown = Digest.of(new byte[] {7});
        traffic.send(outside);
        traffic.awaitEnded(List.of(outside.record().digest()));
        SampleCall open = FleetSigners.call();
        traffic.send(open.records().subList(0, 4));
        traffic.awaitIncluded(open.digests().subList(0, 4));

        assertThat(ledger.bean(LedgerInclusion.class)
                        .find(List.of(unknown, open.digests().getFirst())))
                .satisfiesExactly(
                        found -> assertThat(found.included() || found.ended()).isFalse(),
                        found -> assertThat(found.included() && !found.ended()).isTrue());
    }

    private Checkpoint checkpoint() {
        VerifierKey key = VerifierKey.parse(TestFleet.shared().trust().logKeys().getFirst());
        return Checkpoint.open(ledger.get("/checkpoint", "").body(), List.of(key));
    }

    private List<String> types(String path) {
        List<String> types = new ArrayList<>();
        JSON.readTree(ledger.text(path, TestCallers.AUDITOR))
                .get("items")
                .forEach(entry -> types.add(entry.get("type").stringValue()));
        return types;
    }

    private List<String> payloadsOf(String event) {
        List<String> payloads = new ArrayList<>();
        for (JsonNode entry : entriesOf(event)) {
            JsonNode full = JSON.readTree(
                    ledger.text("/v1/entries/" + entry.get("index").longValue(), TestCallers.AUDITOR));
            payloads.add(payload(full.at("/entry/envelope").stringValue()));
        }
        return payloads;
    }

    private static String payload(String envelope) {
        String encoded = JSON.readTree(envelope).get("payload").stringValue();
        return new String(Base64.getDecoder().decode(encoded), UTF_8);
    }

    /** All pages together. */
    private List<JsonNode> entriesOf(String event) {
        List<JsonNode> entries = new ArrayList<>();
        String after = "-1";
        while (after != null) {
            JsonNode page = JSON.readTree(
                    ledger.text("/v1/entries?event=" + event + "&limit=200&after=" + after, TestCallers.AUDITOR));
            page.get("items").forEach(entries::add);
            after = page.has("next") ? page.get("next").stringValue() : null;
        }
        return entries;
    }

    private long count(String sql) {
        return withDatabaseValue(jdbc -> jdbc.sql(sql).query(Long.class).single());
    }

    private String text(String sql) {
        return ledger.bean(JdbcClient.class).sql(sql).query(String.class).single();
    }

    private interface Work<T> {
        T on(JdbcClient jdbc);
    }

    private long withDatabaseValue(Work<Long> work) {
        return work.on(ledger.bean(JdbcClient.class));
    }

    private void withDatabase(Work<Integer> work) {
        work.on(JdbcClient.create(new DriverManagerDataSource(
                TestFleet.shared().databaseUrl(ledger.property("spring.datasource.url")),
                ledger.property("spring.datasource.username"),
                ledger.property("spring.datasource.password"))));
    }

    private static SampleCall searched(String workspace) {
        return FleetSigners.call(terms -> {
            terms.workspace = workspace;
            terms.principal = "agent:searched";
            terms.session = "session-agent:searched";
            terms.tool = "fs.read";
        });
    }
}
