package dev.sallyport.vault.device.web;

import dev.sallyport.pages.PageController;
import dev.sallyport.pages.PageModel;
import dev.sallyport.pages.PageTime;
import dev.sallyport.pages.SeeOther;
import dev.sallyport.pages.text.VisibleText;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.vault.VaultException;
import dev.sallyport.vault.device.Device;
import dev.sallyport.vault.device.Devices;
import dev.sallyport.vault.web.Ending;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/**
 * The devices and agents of the fleet as pages: renamed and revoked here. A session lets nothing in, so pairing and
 * clearing are the command's.
 */
@PageController
class DevicePages {
    private static final String HOME = "/vault/devices";
    private static final String ONE = HOME + "/{kind}/{name}";

    private final Devices devices;
    private final DeviceController api;
    private final String trustDomain;
    private final Clock clock;

    DevicePages(Devices devices, DeviceController api, IdentityInForce identity, Clock clock) {
        this.devices = devices;
        this.api = api;
        this.trustDomain = identity.trust().trustDomain();
        this.clock = clock;
    }

    /**
     * A device or an agent.
     *
     * @param path of its own page
     * @param shown when it was paired last, as its page sends it back; empty for one that got in otherwise
     * @param how how it got in, in words
     */
    record Row(
            String spiffeId,
            String path,
            VisibleText label,
            String name,
            String state,
            @Nullable String serial,
            @Nullable Ending end,
            String shown,
            String how) {}

    @GetMapping(HOME)
    @Requires(Permission.DEVICE_READ)
    ModelAndView list(Caller caller, PageRequest asked) {
        Map<String, @Nullable Object> model = PageModel.of("devices", caller);
        PageModel.viewer(caller);
        Page<Device> found = devices.list(asked);
        model.put("devices", found.map(this::row).items());
        model.put("next", found.next() == null ? null : PageModel.address(HOME, Map.of("after", found.next())));
        return new ModelAndView("devices", model);
    }

    @GetMapping(ONE)
    @Requires(Permission.DEVICE_READ)
    ModelAndView device(Caller caller, @PathVariable String kind, @PathVariable String name) {
        return device(caller, find(kind, name), HttpStatus.OK, null);
    }

    private ModelAndView device(Caller caller, Device device, HttpStatus status, @Nullable String problem) {
        Map<String, @Nullable Object> model = PageModel.of("devices", caller);
        Principal viewer = PageModel.viewer(caller);
        Row row = row(device);
        model.put("device", row);
        model.put("marks", row.label().marks());
        model.put("mayManage", viewer.may(Permission.DEVICE_MANAGE));
        model.put("problem", problem);
        return new ModelAndView("device", model, status);
    }

    @PostMapping(ONE + "/rename")
    @Requires(Permission.DEVICE_MANAGE)
    ModelAndView rename(
            Caller caller,
            @PathVariable String kind,
            @PathVariable String name,
            @RequestParam(defaultValue = "") String label) {
        PageModel.viewer(caller);
        Device device = find(kind, name);
        try {
            api.rename(caller, kind, name, new DeviceController.RenameRequest(label.strip()));
        } catch (VaultException.Invalid e) {
            return device(caller, device, HttpStatus.BAD_REQUEST, e.getMessage());
        }
        return SeeOther.to(row(device).path());
    }

    /** Revokes the device that the page has shown: one that was paired again since is another one. */
    @PostMapping(ONE + "/revoke")
    @Requires(Permission.DEVICE_MANAGE)
    ModelAndView revoke(
            Caller caller,
            @PathVariable String kind,
            @PathVariable String name,
            @RequestParam(defaultValue = "") String shown,
            @RequestParam(defaultValue = "") String reason,
            @RequestParam(defaultValue = "false") boolean confirmed) {
        PageModel.viewer(caller);
        Device device = find(kind, name);
        if (!confirmed) {
            return device(
                    caller,
                    device,
                    HttpStatus.BAD_REQUEST,
                    "Nothing was revoked. Tick the box to say that you mean it.");
        }
        if (!row(device).shown().equals(shown)) {
            return device(
                    caller,
                    device,
                    HttpStatus.CONFLICT,
                    "Nothing was revoked: it was paired again since you opened this page. This is how it stands now.");
        }
        try {
            api.revoke(caller, kind, name, new DeviceController.RevokeDeviceRequest(reason.strip()));
        } catch (VaultException.Invalid e) {
            return device(caller, device, HttpStatus.BAD_REQUEST, e.getMessage());
        }
        return SeeOther.to(row(device).path());
    }

    private Device find(String kind, String name) {
        return devices.find(DeviceController.id(trustDomain, kind, name));
    }

    private Row row(Device device) {
        SpiffeId id = SpiffeId.parse(device.spiffeId());
        boolean paired = device.pairedAt() != null;
        return new Row(
                device.spiffeId(),
                HOME + device.spiffeId().substring(("spiffe://" + trustDomain).length()),
                VisibleText.of(device.label()),
                id.name(),
                device.state(),
                device.serial(),
                Ending.of(device.notAfter(), clock.instant(), Ending.NEVER_AHEAD),
                paired ? String.valueOf(device.pairedAt()) : "",
                paired
                        ? "paired " + PageTime.inWords(device.pairedAt()) + " in a window of " + device.pairedBy()
                        : "not by pairing");
    }
}
