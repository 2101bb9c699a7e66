package dev.sallyport.executor.control.web;

import dev.sallyport.executor.control.NodeRegistry;
import dev.sallyport.servicekit.access.FleetOnly;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** policy-service asks which tiers nodes offer, to say of a queued call that nobody is there to claim it. */
@RestController
class OfferController {
    private final NodeRegistry nodes;

    OfferController(NodeRegistry nodes) {
        this.nodes = nodes;
    }

    record OfferList(List<NodeRegistry.Offer> offers) {}

    /** Says what the present nodes of each pool can run and deliver, and which of their calls reach hosts. */
    @GetMapping("/internal/v1/offers")
    @FleetOnly("policy-service")
    OfferList offers() {
        return new OfferList(nodes.offers());
    }
}
