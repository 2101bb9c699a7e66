package dev.sallyport.policy.proposal.web;

import dev.sallyport.policy.proposal.admission.BudgetSpentException;
import dev.sallyport.policy.proposal.admission.IdempotencyKeyReusedException;
import dev.sallyport.policy.proposal.admission.InvalidProposalException;
import dev.sallyport.policy.proposal.admission.OverloadedException;
import dev.sallyport.policy.proposal.decision.DecisionUnavailableException;
import dev.sallyport.servicekit.problem.Problem;
import dev.sallyport.servicekit.problem.ProblemException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Refused proposals as problem documents. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
class ProposalProblems {
    private static final Logger log = LoggerFactory.getLogger(ProposalProblems.class);

    @ExceptionHandler
    ResponseEntity<Problem> onInvalid(InvalidProposalException e) {
        return answer(Problem.of(
                HttpStatus.BAD_REQUEST,
                e.code(),
                String.valueOf(e.getMessage()),
                e.fields().stream()
                        .map(field -> new Problem.FieldError(field.field(), field.detail()))
                        .toList()));
    }

    @ExceptionHandler
    ResponseEntity<Problem> onReusedKey(IdempotencyKeyReusedException e) {
        String detail = String.valueOf(e.getMessage());
        return answer(Problem.of(
                HttpStatus.CONFLICT,
                "IDEMPOTENCY_KEY_REUSED",
                detail,
                List.of(new Problem.FieldError("Idempotency-Key", detail))));
    }

    @ExceptionHandler(OverloadedException.class)
    ResponseEntity<Object> onOverload() {
        return ProblemException.overloaded().problem().asResponse();
    }

    @ExceptionHandler
    ResponseEntity<Object> onUndecided(DecisionUnavailableException e) {
        log.warn("A proposal could not be decided: {}", String.valueOf(e.getCause() == null ? e : e.getCause()));
        return ProblemException.unavailable(e.code(), String.valueOf(e.getMessage()), e)
                .problem()
                .asResponse();
    }

    @ExceptionHandler
    ResponseEntity<Object> onSpentBudget(BudgetSpentException e) {
        return ProblemException.tooManyRequests(e.code().name(), String.valueOf(e.getMessage()), e.retryAfter())
                .asResponse();
    }

    private static ResponseEntity<Problem> answer(Problem problem) {
        return ResponseEntity.status(problem.status())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }
}
