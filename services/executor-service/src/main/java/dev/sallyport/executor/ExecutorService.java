package dev.sallyport.executor;

import dev.sallyport.executor.control.ControlConfiguration;
import dev.sallyport.executor.doctor.DoctorCommand;
import dev.sallyport.executor.node.NodeConfiguration;
import java.util.Arrays;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * executor-service in the role that {@code sallyport.executor.role} names: {@code control}, or {@code node}, which has
 * neither a database nor Kafka. With {@code doctor} as its first argument it only examines this host and prints JSON.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ControlConfiguration.class, NodeConfiguration.class})
public class ExecutorService {
    static void main(String[] args) throws Exception {
        if (args.length > 0 && args[0].equals("doctor")) {
            System.exit(DoctorCommand.run(Arrays.copyOfRange(args, 1, args.length), System.out));
        }
        SpringApplication.run(ExecutorService.class, args);
    }
}
