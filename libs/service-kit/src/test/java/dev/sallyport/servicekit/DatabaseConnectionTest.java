package dev.sallyport.servicekit;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.sallyport.servicekit.app.RunningService;
import dev.sallyport.testkit.TestFleet;
import java.util.Map;
import java.util.Properties;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class DatabaseConnectionTest {
    @Test
    void theServiceShowsItsOwnCertificateAndNoticesAServerThatIsGone() throws Exception {
        try (RunningService service = RunningService.start(Map.of())) {
            assertThat(service.bean(JdbcClient.class)
                            .sql("select client_dn from pg_stat_ssl where pid = pg_backend_pid()")
                            .query(String.class)
                            .single())
                    .isEqualTo("/CN=policy-service");
            HikariDataSource pool = service.bean(DataSource.class).unwrap(HikariDataSource.class);
            Properties driver = pool.getDataSourceProperties();
            assertThat(driver.getProperty("sslcert"))
                    .startsWith(TestFleet.shared().identity("policy-service").toString());
            // Without these the relay that holds the lock would wait for the kernel to give up, for a quarter of an
            // hour.
            assertThat(driver).containsEntry("tcpKeepAlive", "true").containsKeys("socketTimeout", "connectTimeout");
            assertThat(pool.getKeepaliveTime()).isPositive();
        }
    }
}
