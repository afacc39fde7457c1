"""Bandwidth's API; here its error codes, and which failed messages are billed."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class ErrorCode:
    """An error code: why a message failed.

    Args:
        code: The value of ``errorCode``.
        name: Bandwidth's name for it.
        billed: Whether Bandwidth bills messages that fail with it.
    """

    code: int
    name: str
    billed: bool


_FREE = {
    4001: "service-not-allowed",
    4301: "malformed-invalid-encoding",
    4302: "malformed-invalid-from-number",
    4303: "malformed-invalid-to-number",
    4350: "malformed-for-destination",
    4360: "message-not-sent-expiration-date-passed",
    4401: "rejected-routing-error",
    4403: "rejected-forbidden-from-number",
    4404: "rejected-forbidden-to-number",
    4405: "rejected-unallocated-from-number",
    4406: "rejected-unallocated-to-number",
    4407: "rejected-account-not-defined-from-number",
    4408: "rejected-account-not-defined-to-number",
    4409: "rejected-invalid-from-profile",
    4410: "media-unavailable",
    4411: "rejected-message-size-limit-exceeded",
    4412: "media-content-invalid",
    4420: "rejected-carrier-does-not-exist",
    4421: "rejected-forbidden-no-destination",
    4431: "rejected-forbidden-shortcode",
    4432: "rejected-forbidden-country",
    4433: "rejected-forbidden-tollfree",
    4434: "rejected-forbidden-tollfree-for-recipient",
    4435: "forbidden-too-many-recipients",
    4451: "rejected-wrong-user-id",
    4452: "rejected-wrong-application-id",
    4481: "rejected-from-number-in-blacklist",
    4482: "rejected-to-number-in-blacklist",
    4492: "reject-emergency",
    4493: "rejected-unauthorized",
    5100: "temporary-app-error",
    5101: "temporary-app-shutdown",
    5106: "impossible-to-route",
    5111: "temporary-app-connection-closed",
    5201: "temporary-rout-error-retries-exceeded",
    5211: "temporary-app-error-app-busy",
    5220: "temporary-store-error",
    5231: "discarded-concatenation-timeout",
    5500: "message-send-failed",
    5501: "message-send-failed",
    5999: "unknown-error",
}
_BILLED = {
    4470: "rejected-spam-detected",
    4700: "invalid-service-type",
    4701: "destination-service-unavailable",
    4702: "destination-subscriber-unavailable",
    4711: "rejected-message-size-limit-exceeded",
    4712: "media-content-invalid",
    4720: "invalid-destination-address",
    4721: "destination-tn-deactivated",
    4730: "no-route-to-destination-carrier",
    4740: "invalid-source-address-address",
    4750: "destination-rejected-message",
    4751: "destination-rejected-message-size-invalid",
    4752: "destination-rejected-malformed",
    4770: "destination-spam-detected",
    4771: "rejected-shortened-url",
    4772: "rejected-tn-blocked",
    4773: "inactive-campaign",
    4774: "provisioning-issue",
    4775: "destination-rejected-due-to-user-opt-out",
    4780: "volume-violation-tmo",
    4781: "volume-violation-att",
    4785: "volumetric-violation",
    4790: "destination-rejected-sc-not-allowed",
    4791: "destination-rejected-campaign-not-allowed",
    4792: "destination-rejected-sc-not-provisioned",
    4793: "destination-rejected-sc-expired",
    4795: "tfn-not-verified",
    5600: "destination-carrier-queue-full",
    5610: "submit_sm-or-submit_multi-failed",
    5620: "destination-app-error",
    5630: "message-not-acknowle",
    5650: "destination-failed",
    9902: "delivery-receipt-expired",
    9999: "unknown-error",
}

ERROR_CODES = MappingProxyType(
    {
        code: ErrorCode(code, name, billed)
        for names, billed in ((_FREE, False), (_BILLED, True))
        for code, name in sorted(names.items())
    }
)
"""The documented error codes, by number.

Source: https://dev.bandwidth.com/docs/messaging/errors (column "Billable").
"""
