package dev.sallyport.servicekit.security;

import dev.sallyport.servicekit.access.OpenEndpoint;
import dev.sallyport.servicekit.problem.Problem;
import dev.sallyport.servicekit.problem.ProblemHandler;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The container's error page: what no controller and no filter has answered. */
@RestController
final class ProblemErrorController implements ErrorController {
    @RequestMapping("${server.error.path:/error}")
    @OpenEndpoint("the container asks for it after a refusal")
    ResponseEntity<Object> error(HttpServletRequest request) {
        HttpStatus stated = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code
                ? HttpStatus.resolve(code)
                : HttpStatus.NOT_FOUND;
        HttpStatus status = stated == null ? HttpStatus.INTERNAL_SERVER_ERROR : stated;
        return Problem.of(status, ProblemHandler.codeOf(status), "The request cannot be served.")
                .asResponse();
    }
}
