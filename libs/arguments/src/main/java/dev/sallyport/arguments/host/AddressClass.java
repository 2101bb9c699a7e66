package dev.sallyport.arguments.host;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;

/**
 * What kind of address it is (IANA's registries of special-purpose addresses, RFC 6890). A tool reaches public ones only:
 * all others lead into a network that its host is part of, to the host itself, or through a tunnel to either.
 */
public enum AddressClass {
    /** Of the public internet. */
    PUBLIC,
    /** No host, this network, or all of them. */
    UNSPECIFIED,
    /** The host itself. */
    LOOPBACK,
    /** A network of its owner's own (RFC 1918, RFC 4193). */
    PRIVATE,
    /** One link (RFC 3927, RFC 4291). */
    LINK_LOCAL,
    /** Where a cloud tells its machines about themselves, with credentials. */
    METADATA,
    /** Shared by a carrier and its customers (RFC 6598). */
    CARRIER,
    /** A group of hosts, or all of a network. */
    MULTICAST,
    /** An address that holds an address of another kind, or leads through a tunnel. */
    TUNNELLED,
    /** Kept for protocols, tests, documents, or the future. */
    RESERVED;

    @SuppressWarnings("ArrayRecordComponent") // looked at bit by bit, never compared
    private record Block(byte[] prefix, int bits, AddressClass kind) {
        static Block of(String hex, int bits, AddressClass kind) {
            return new Block(HexFormat.of().parseHex(hex), bits, kind);
        }

        boolean holds(byte[] address) {
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit % 8);
                if ((prefix[bit / 8] & mask) != (address[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** The first that holds an address tells its kind; what none holds is public. */
    private static final List<Block> OF_FOUR_BYTES = List.of(
            Block.of("a9fea9fe", 32, METADATA), // 169.254.169.254: most clouds
            Block.of("a9feaa02", 32, METADATA), // 169.254.170.2: tasks of containers
            Block.of("a83f8110", 32, METADATA), // 168.63.129.16, which is not special to anybody else
            Block.of("646464c8", 32, METADATA), // 100.100.100.200
            Block.of("c00000c0", 32, METADATA), // 192.0.0.192
            Block.of("00", 8, UNSPECIFIED),
            Block.of("0a", 8, PRIVATE),
            Block.of("6440", 10, CARRIER),
            Block.of("7f", 8, LOOPBACK),
            Block.of("a9fe", 16, LINK_LOCAL),
            Block.of("ac10", 12, PRIVATE),
            Block.of("c00000", 24, RESERVED),
            Block.of("c00002", 24, RESERVED),
            Block.of("c01fc4", 24, RESERVED),
            Block.of("c034c1", 24, RESERVED),
            Block.of("c05863", 24, TUNNELLED), // anycast of 6to4
            Block.of("c0a8", 16, PRIVATE),
            Block.of("c0af30", 24, RESERVED),
            Block.of("c612", 15, RESERVED),
            Block.of("c63364", 24, RESERVED),
            Block.of("cb0071", 24, RESERVED),
            Block.of("e0", 4, MULTICAST),
            Block.of("ffffffff", 32, MULTICAST),
            Block.of("f0", 4, RESERVED));

    /** As above, but what none holds is reserved: only 2000::/3 is given out. */
    private static final List<Block> OF_SIXTEEN_BYTES = List.of(
            Block.of("fd000ec2000000000000000000000254", 128, METADATA),
            Block.of("fd2000ce000000000000000000000254", 128, METADATA),
            Block.of("00000000000000000000000000000000", 128, UNSPECIFIED),
            Block.of("00000000000000000000000000000001", 128, LOOPBACK),
            Block.of("00000000000000000000ffff", 96, TUNNELLED), // mapped
            Block.of("000000000000000000000000", 96, TUNNELLED), // compatible
            Block.of("0000000000000000ffff0000", 96, TUNNELLED), // translated (RFC 2765)
            Block.of("0064ff9b", 32, TUNNELLED), // NAT64, the well-known prefix and the local ones
            Block.of("20010000", 32, TUNNELLED), // Teredo
            Block.of("2002", 16, TUNNELLED), // 6to4
            Block.of("fc", 7, PRIVATE),
            Block.of("fe80", 10, LINK_LOCAL),
            Block.of("fec0", 10, PRIVATE),
            Block.of("ff", 8, MULTICAST),
            Block.of("200100", 23, RESERVED),
            Block.of("20010db8", 32, RESERVED),
            Block.of("3fff00", 20, RESERVED),
            Block.of("5f00", 16, RESERVED));

    private static final Block GIVEN_OUT = Block.of("20", 3, PUBLIC);

    /** The kind of an address. */
    public static AddressClass of(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (address instanceof Inet4Address) {
            return kind(OF_FOUR_BYTES, bytes, PUBLIC);
        }
        AddressClass kind = kind(OF_SIXTEEN_BYTES, bytes, GIVEN_OUT.holds(bytes) ? PUBLIC : RESERVED);
        return kind == PUBLIC && isIsatap(bytes) ? TUNNELLED : kind;
    }

    private static AddressClass kind(List<Block> blocks, byte[] address, AddressClass otherwise) {
        return blocks.stream()
                .filter(block -> block.holds(address))
                .findFirst()
                .map(Block::kind)
                .orElse(otherwise);
    }

    /** An interface identifier that holds an address of four bytes (RFC 5214, 6.1). */
    private static boolean isIsatap(byte[] address) {
        return (address[8] == 0 || address[8] == 2)
                && address[9] == 0
                && address[10] == 0x5e
                && address[11] == (byte) 0xfe;
    }
}
