package dev.sallyport.policy.activation.web;

import dev.sallyport.policy.activation.PolicyRefusedException;
import dev.sallyport.policy.policyset.CheckBusyException;
import dev.sallyport.policy.policyset.Finding;
import dev.sallyport.policy.policyset.InvalidPolicySetException;
import dev.sallyport.policy.policyset.TrialFailedException;
import dev.sallyport.servicekit.problem.Problem;
import dev.sallyport.servicekit.problem.ProblemException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Refused acts on policy sets as problem documents. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
class PolicySetProblems {
    @ExceptionHandler
    ResponseEntity<Problem> onRefusal(PolicyRefusedException e) {
        HttpStatus status = status(e);
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(Problem.of(status, e.code().name(), String.valueOf(e.getMessage())));
    }

    @ExceptionHandler
    ResponseEntity<Object> onErrors(InvalidPolicySetException e) {
        return new ProblemException(
                        HttpStatus.UNPROCESSABLE_CONTENT,
                        "POLICY_SET_INVALID",
                        "The policy set has errors. Correct what `errors` names, by file, line and column, and try again.",
                        e.findings().stream()
                                .filter(Finding::isError)
                                .map(finding -> new Problem.FieldError(finding.place(), finding.message()))
                                .toList(),
                        null)
                .problem()
                .asResponse();
    }

    @ExceptionHandler
    ResponseEntity<Object> onCrowd(CheckBusyException e) {
        return ProblemException.unavailable("POLICY_CHECK_BUSY", String.valueOf(e.getMessage()), e)
                .problem()
                .asResponse();
    }

    @ExceptionHandler
    ResponseEntity<Object> onFailedTrial(TrialFailedException e) {
        HttpStatus status = status(e);
        return Problem.of(
                        status,
                        e.wasTried() ? "POLICY_TRIAL_FAILED" : "POLICY_TRIAL_UNAVAILABLE",
                        String.valueOf(e.getMessage()))
                .asResponse();
    }

    /** The status of a failed trial, on a page as over the API. */
    static HttpStatus status(TrialFailedException e) {
        return e.wasTried() ? HttpStatus.UNPROCESSABLE_CONTENT : HttpStatus.SERVICE_UNAVAILABLE;
    }

    /** The status of a refusal, on a page as over the API. */
    static HttpStatus status(PolicyRefusedException e) {
        return switch (e.code()) {
            case POLICY_SET_NOT_FOUND, CHANGE_NOT_FOUND -> HttpStatus.NOT_FOUND;
            case POLICY_SET_IN_USE,
                    POLICY_TESTS_FAILED,
                    POLICY_CHANGED_MEANWHILE,
                    NOTHING_TO_ROLL_BACK,
                    CHANGE_NOT_PENDING -> HttpStatus.CONFLICT;
            case SECOND_PERSON_NEEDED -> HttpStatus.FORBIDDEN;
        };
    }
}
