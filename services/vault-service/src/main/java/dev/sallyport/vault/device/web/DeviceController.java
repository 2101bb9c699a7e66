package dev.sallyport.vault.device.web;

import dev.sallyport.servicekit.access.AnyCertificate;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.OwnerDevice;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicekit.security.ShownChain;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.vault.VaultException;
import dev.sallyport.vault.device.Device;
import dev.sallyport.vault.device.Devices;
import jakarta.servlet.http.HttpServletRequest;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The devices and agents of the fleet. */
@RestController
class DeviceController {
    private final Devices devices;
    private final String trustDomain;

    DeviceController(Devices devices, IdentityInForce identity) {
        this.devices = devices;
        this.trustDomain = identity.trust().trustDomain();
    }

    record DeviceAnswer(
            String spiffeId,
            String label,
            String state,
            @Nullable String serial,
            @Nullable Instant notAfter,
            @Nullable Instant pairedAt,
            @Nullable String pairedBy) {
        static DeviceAnswer of(Device device) {
            return new DeviceAnswer(
                    device.spiffeId(),
                    device.label(),
                    device.state(),
                    device.serial(),
                    device.notAfter(),
                    device.pairedAt(),
                    device.pairedBy());
        }
    }

    record RenameRequest(@Nullable String label) {}

    record RevokeDeviceRequest(@Nullable String reason) {}

    record RetiredAnswer(int revoked) {}

    /** Lists the devices and agents with certificates of their own, by id. */
    @GetMapping("/v1/devices")
    @Requires(Permission.DEVICE_READ)
    @OwnerDevice
    Page<DeviceAnswer> list(PageRequest asked) {
        return devices.list(asked).map(DeviceAnswer::of);
    }

    /**
     * Changes what people call a device.
     *
     * @param kind {@code device} or {@code agent}
     * @param name its name
     */
    @PostMapping("/v1/devices/{kind}/{name}:rename")
    @Requires(Permission.DEVICE_MANAGE)
    @OwnerDevice
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void rename(
            Caller caller, @PathVariable String kind, @PathVariable String name, @RequestBody RenameRequest request) {
        devices.rename(id(kind, name), request.label() == null ? "" : request.label(), caller.actor());
    }

    /**
     * Revokes a device with all its certificates.
     *
     * @param kind {@code device} or {@code agent}
     * @param name its name
     */
    @PostMapping("/v1/devices/{kind}/{name}:revoke")
    @Requires(Permission.DEVICE_MANAGE)
    @OwnerDevice
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void revoke(
            Caller caller,
            @PathVariable String kind,
            @PathVariable String name,
            @RequestBody RevokeDeviceRequest request) {
        devices.revoke(id(kind, name), request.reason() == null ? "" : request.reason(), caller.actor());
    }

    /**
     * Lets the name of a revoked device be paired again.
     *
     * <p>The certificates that it had stay revoked.
     *
     * @param kind {@code device} or {@code agent}
     * @param name its name
     */
    @PostMapping("/v1/devices/{kind}/{name}:clear")
    @Requires(Permission.DEVICE_MANAGE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void clear(Caller caller, @PathVariable String kind, @PathVariable String name) {
        devices.clear(id(kind, name), caller.actor());
    }

    /**
     * Revokes every certificate of the calling device but the one that it shows.
     *
     * <p>A device calls it with its new certificate at the end of a rotation.
     */
    @PostMapping("/internal/v1/devices:retire-others")
    @AnyCertificate
    RetiredAnswer retireOthers(Caller caller, HttpServletRequest http) {
        SpiffeId id = caller.certificate();
        List<X509Certificate> chain = ShownChain.of(http);
        if (id == null || (id.kind() != SpiffeId.Kind.DEVICE && id.kind() != SpiffeId.Kind.AGENT) || chain.isEmpty()) {
            throw new VaultException.Forbidden(
                    VaultException.Code.CERTIFICATE_NEEDED,
                    "Only a device or an agent rotates its key here. Connect with its new certificate.");
        }
        return new RetiredAnswer(
                devices.retireOthers(id, chain.getFirst().getSerialNumber().toString(16)));
    }

    private SpiffeId id(String kind, String name) {
        return id(trustDomain, kind, name);
    }

    /** Throws {@link VaultException.DeviceUnknown} for what is the id of no device or agent. */
    static SpiffeId id(String trustDomain, String kind, String name) {
        return SpiffeId.tryParse("spiffe://" + trustDomain + "/" + kind + "/" + name)
                .filter(id -> id.kind() == SpiffeId.Kind.DEVICE || id.kind() == SpiffeId.Kind.AGENT)
                .orElseThrow(VaultException.DeviceUnknown::new);
    }
}
