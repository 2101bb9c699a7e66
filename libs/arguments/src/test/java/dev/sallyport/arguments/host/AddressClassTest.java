package dev.sallyport.arguments.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressClassTest {
    @ParameterizedTest
    @CsvSource({
        "8.8.8.8,PUBLIC",
        "1.1.1.1,PUBLIC",
        "172.15.255.255,PUBLIC",
        "172.32.0.1,PUBLIC",
        "100.63.255.255,PUBLIC",
        "100.128.0.1,PUBLIC",
        "192.167.255.255,PUBLIC",
        "223.255.255.255,PUBLIC",
        "2606:4700::1111,PUBLIC",
        "2a00:1450::1,PUBLIC",
        "0.0.0.0,UNSPECIFIED",
        "0.1.2.3,UNSPECIFIED",
        "127.0.0.1,LOOPBACK",
        "127.255.255.254,LOOPBACK",
        "10.0.0.1,PRIVATE",
        "172.16.0.1,PRIVATE",
        "172.31.255.255,PRIVATE",
        "192.168.1.1,PRIVATE",
        "169.254.1.1,LINK_LOCAL",
        "169.254.169.254,METADATA",
        "169.254.170.2,METADATA",
        "168.63.129.16,METADATA",
        "100.100.100.200,METADATA",
        "192.0.0.192,METADATA",
        "100.64.0.1,CARRIER",
        "100.127.255.255,CARRIER",
        "192.0.0.1,RESERVED",
        "192.0.2.1,RESERVED",
        "192.88.99.1,TUNNELLED",
        "198.18.0.1,RESERVED",
        "198.19.255.255,RESERVED",
        "198.51.100.1,RESERVED",
        "203.0.113.1,RESERVED",
        "224.0.0.1,MULTICAST",
        "239.255.255.255,MULTICAST",
        "255.255.255.255,MULTICAST",
        "240.0.0.1,RESERVED",
        "::,UNSPECIFIED",
        "::1,LOOPBACK",
        "::ffff:127.0.0.1,LOOPBACK",
        "::ffff:10.0.0.1,PRIVATE",
        "::127.0.0.1,TUNNELLED",
        "::8.8.8.8,TUNNELLED",
        "::ffff:0:7f00:1,TUNNELLED",
        "64:ff9b::7f00:1,TUNNELLED",
        "64:ff9b:1::7f00:1,TUNNELLED",
        "2001::1,TUNNELLED",
        "2001:0:4136:e378:8000:63bf:80ff:fffe,TUNNELLED",
        "2002:7f00:1::,TUNNELLED",
        "2606:4700::5efe:7f00:1,TUNNELLED",
        "2606:4700::200:5efe:7f00:1,TUNNELLED",
        "fc00::1,PRIVATE",
        "fd12::1,PRIVATE",
        "fec0::1,PRIVATE",
        "fd00:ec2::254,METADATA",
        "fe80::1,LINK_LOCAL",
        "ff02::1,MULTICAST",
        "100::1,RESERVED",
        "2001:db8::1,RESERVED",
        "2001:10::1,RESERVED",
        "3fff::1,RESERVED",
        "4000::1,RESERVED",
        "5f00::1,RESERVED"
    })
    void anAddressIsOfItsKind(String address, AddressClass kind) throws Exception {
        assertThat(AddressClass.of(InetAddress.ofLiteral(address))).isEqualTo(kind);
    }
}
