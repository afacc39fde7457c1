"""The profiles that come with segcore: the documented facts of each provider, and how segcore counts by them.

Every fact was read in a stored copy of the page or repository that its source names, in 2026; live pages
may be newer.  Where no page says what counting needs, TS 23.038 and TS 23.040 apply.  docs/profiles.md gives
the reasons for each decision.
"""

from __future__ import annotations

from segcore.rules.alphabets import DEFAULT_ALPHABET, DEFAULT_EXTENSION
from segcore.rules.billing import Octets
from segcore.rules.codings import CONCATENATION_16BIT_OCTETS, GSM7, UCS2, Coding, Encoding
from segcore.rules.profile import Fact, Length, Profile
from segcore.rules.provider_alphabets import (
    ASCII_ALPHABET,
    CLICKSEND_ALPHABET,
    CLICKSEND_EXTENSION,
    TELNYX_ALPHABET,
    TELNYX_EXTENSION,
    changed,
)

_STANDARD_SEPTETS = "160 alone, 153 of several"
_STANDARD_CODE_UNITS = "70 alone, 67 of several"
_STANDARD_ALPHABET = "GSM 7-bit default alphabet"
_STANDARD_EXTENSION = "the default extension table"
_FROM_THE_HEADER = "the room alone is stated; that of several follows from a header of 6 octets"

_STANDARD = Profile(
    "standard",
    "3GPP TS 23.038 and TS 23.040",
    group_mms=True,
    documented=(
        Fact("alphabet", _STANDARD_ALPHABET, "TS 23.038 6.2.1"),
        Fact("two_septets", f"{_STANDARD_EXTENSION}: form feed ^ {{ }} \\ [ ~ ] | €", "TS 23.038 6.2.1.1"),
        Fact("gsm7", _STANDARD_SEPTETS, "TS 23.040 9.2.3.24.1"),
        Fact("ucs2", _STANDARD_CODE_UNITS, "TS 23.040 9.2.3.24.1"),
        Fact(
            "cuts",
            "where the segment is full, never within an escape sequence",
            "TS 23.040 9.2.3.24.1",
            "surrogate pairs are kept whole too, as phones and providers do",
        ),
        Fact("max_segments", "255", "TS 23.040 9.2.3.24.1", "the number of segments is one octet"),
        Fact(
            "national_languages",
            "13 languages, by identifier",
            "TS 23.038 6.2.1.2.4",
            "none is used unless a profile allows it",
        ),
        Fact(
            "mms",
            "counts 1",
            "https://dev.bandwidth.com/docs/messaging",
            "no 3GPP clause: an MMS has no segments; this is what Bandwidth reports",
        ),
        Fact(
            "group",
            "several recipients make one group MMS",
            "https://dev.bandwidth.com/docs/messaging",
            "no 3GPP clause: this is what Bandwidth does; other providers send each recipient an SMS",
        ),
    ),
)

_BANDWIDTH_LIMITS = (
    "https://www.bandwidth.com/support/en/articles/"
    "12823182-what-are-bandwidth-s-sms-character-limits-and-concatenation-practices"
)
_BANDWIDTH_SEND = "https://dev.bandwidth.com/docs/messaging/createMessage"

_BANDWIDTH = Profile(
    "bandwidth",
    "Bandwidth",
    group_mms=True,
    max_length=Length(2048, 2048, _BANDWIDTH_LIMITS),
    max_mms_length=Length(2048, 2048, "https://github.com/Bandwidth/python-sdk"),
    documented=(
        Fact("gsm7", _STANDARD_SEPTETS, _BANDWIDTH_LIMITS, _FROM_THE_HEADER),
        Fact("ucs2", _STANDARD_CODE_UNITS, _BANDWIDTH_LIMITS, _FROM_THE_HEADER),
        Fact("max_length", "2048 characters", _BANDWIDTH_LIMITS, "the limit of the HTTP API"),
        Fact("mms", "counts 1", "https://dev.bandwidth.com/docs/messaging"),
        Fact(
            "mms_length",
            "2048 characters",
            "https://github.com/Bandwidth/python-sdk",
            "maxLength of text in its OpenAPI file; 1000 are advised "
            "(https://www.bandwidth.com/support/en/articles/12823216)",
        ),
        Fact(
            "group",
            "several recipients make one group MMS, with media or without",
            _BANDWIDTH_SEND,
            "at most 10 participants (error 4435)",
        ),
        Fact("billing", "each segment", _BANDWIDTH_LIMITS),
        Fact(
            "count_fields",
            "segmentCount, in the response and in every callback",
            _BANDWIDTH_SEND,
            "callbacks about what was sent carry no text, so that they cannot be counted again",
        ),
    ),
)

_TWILIO_LENGTH = "https://www.twilio.com/docs/api/errors/21617"
_TWILIO_LIMITS = "https://www.twilio.com/docs/glossary/what-sms-character-limit"
_TWILIO_CALCULATOR = "https://github.com/TwilioDevEd/message-segment-calculator"

_TWILIO = Profile(
    "twilio",
    "Twilio",
    smart_table="twilio",
    graphemes=True,
    max_length=Length(1600, 1600, _TWILIO_LENGTH),
    documented=(
        Fact("alphabet", _STANDARD_ALPHABET, _TWILIO_CALCULATOR),
        Fact("two_septets", f"{_STANDARD_EXTENSION}, form feed included", _TWILIO_CALCULATOR),
        Fact(
            "gsm7",
            _STANDARD_SEPTETS,
            _TWILIO_LIMITS,
            "152 of several from toll-free numbers: profile us_toll_free_16bit",
        ),
        Fact("ucs2", _STANDARD_CODE_UNITS, _TWILIO_LIMITS, "66 of several from toll-free numbers"),
        Fact(
            "cuts",
            "between grapheme clusters",
            _TWILIO_CALCULATOR,
            "CR LF is two septets and may be split; a cluster larger than a segment is cut between code "
            "points, which the calculator does not do",
        ),
        Fact(
            "max_length",
            "1600 characters",
            _TWILIO_LENGTH,
            "320 are advised; the page says that some characters count as several",
        ),
        Fact("too_long", "refused, error 21617", _TWILIO_LENGTH),
        Fact(
            "smart_encoding",
            "setting of a Messaging Service; table twilio",
            "https://www.twilio.com/docs/messaging/services/smart-encoding-char-list",
            "on for new services since 2017, off here unless asked for; the announcement says that it is "
            "applied only if the whole text converts, the calculator applies it always, and so does segcore "
            "(https://www.twilio.com/blog/copilot-just-got-even-smarter-announcing-smart-encoding-html)",
        ),
        Fact("national_languages", "none", _TWILIO_CALCULATOR, "the calculator knows no other tables"),
        Fact("billing", "each segment", _TWILIO_LIMITS),
        Fact(
            "count_fields",
            "num_segments of a message; NumSegments in the webhook of one received",
            "https://www.twilio.com/docs/sms/api/message-resource",
            'num_segments is "0" in the response where a Messaging Service sends',
        ),
    ),
)

_TELNYX_ENCODING = "https://developers.telnyx.com/docs/messaging/messages/message-encoding"
_TELNYX_LIMITS = "https://developers.telnyx.com/docs/messaging/messages/character-and-rate-limits/index"
_TELNYX_SMART = "https://developers.telnyx.com/docs/messaging/messages/smart-encoding"

_TELNYX = Profile(
    "telnyx",
    "Telnyx, all but short codes",
    gsm7=Coding(Encoding.GSM7, TELNYX_ALPHABET, TELNYX_EXTENSION),
    smart_table="telnyx",
    max_segments=10,
    max_segments_source=_TELNYX_ENCODING,
    documented=(
        Fact(
            "alphabet",
            "its own: the default alphabet without Greek capitals, Ç, ¤ and §",
            _TELNYX_ENCODING,
            "versions of the page differ: one of April 2026 lists § and € too, and its helper functions take "
            "the whole default alphabet; segcore keeps to the list of the page's own calculator, which never "
            "counts too little. Short codes take ASCII: profile ascii_only",
        ),
        Fact("two_septets", "~ ^ | \\ { } [ ]", _TELNYX_ENCODING, "€ is not in the list: see the alphabet"),
        Fact("gsm7", _STANDARD_SEPTETS, _TELNYX_ENCODING),
        Fact("ucs2", _STANDARD_CODE_UNITS, _TELNYX_ENCODING),
        Fact("max_length", "ten segments: 1530 septets or 670 code units", _TELNYX_ENCODING),
        Fact("max_segments", "10", _TELNYX_ENCODING),
        Fact(
            "too_long",
            "refused, error 40302, unless the messaging profile splits it into several messages",
            "https://developers.telnyx.com/docs/messaging/messages/sms-chunking.md",
        ),
        Fact(
            "smart_encoding",
            "setting of a messaging profile, or of a request; table telnyx",
            _TELNYX_SMART,
            "replaces what it can, even if the text stays UTF-16; a request for gsm7 is refused if something "
            "is left",
        ),
        Fact("mms", "UTF-8, not segmented", _TELNYX_ENCODING, "what parts says of an MMS is not documented"),
        Fact(
            "group",
            "one message, at most 8 recipients, billed as an MMS for each of them",
            "https://developers.telnyx.com/docs/messaging/messages/group-messaging/index",
        ),
        Fact("billing", "each segment", _TELNYX_LIMITS),
        Fact(
            "count_fields",
            "parts",
            "https://developers.telnyx.com/api-reference/callbacks/inbound-message",
            "webhooks return the text as it was given, while parts counts what smart encoding made of it",
        ),
    ),
)

_VONAGE_ENCODING = "https://developer.vonage.com/messaging/sms/guides/concatenation-and-encoding"
_VONAGE_BILLING = (
    "https://api.support.vonage.com/hc/en-us/articles/217491638-How-will-I-be-charged-for-concatenated-SMS"
)
_VONAGE_REPOSITORY = "https://github.com/Nexmo/nexmo-developer"

_VONAGE = Profile(
    "vonage",
    "Vonage (Nexmo)",
    max_length=Length(3200, 3200, _VONAGE_REPOSITORY),
    documented=(
        Fact(
            "alphabet",
            _STANDARD_ALPHABET,
            _VONAGE_ENCODING,
            "in the SMS API the caller chooses, and type=unicode is UCS-2 whatever the text; the Messages "
            "API detects it (https://developer.vonage.com/messages/guides/sms/concatenation-and-encoding)",
        ),
        Fact("two_septets", "| ^ € { } [ ] ~ \\", _VONAGE_ENCODING, "a line feed counts one"),
        Fact("gsm7", _STANDARD_SEPTETS, _VONAGE_BILLING),
        Fact("ucs2", _STANDARD_CODE_UNITS, _VONAGE_BILLING),
        Fact("max_length", "3200 characters", _VONAGE_REPOSITORY, "not all carriers; six parts are advised"),
        Fact(
            "group",
            "one MMS to each participant, each billed",
            "https://developer.vonage.com/en/messages/concepts/mms/mms-group-messaging",
        ),
        Fact("billing", "each segment", _VONAGE_BILLING),
        Fact("count_fields", "message-count, in the response", _VONAGE_REPOSITORY),
    ),
)

_PLIVO_FAQ = "https://docs.plivo.com/docs/faq/messaging/sms"
_PLIVO_ENCODING = "https://plivo.com/docs/messaging/concepts/encoding-and-concatenation"
_PLIVO_LENGTH = (
    "https://support.plivo.com/hc/en-us/articles/"
    "360041298072-What-is-the-character-limit-for-SMS-text-messages"
)

_PLIVO = Profile(
    "plivo",
    "Plivo",
    max_length=Length(1600, 737, _PLIVO_LENGTH),
    documented=(
        Fact("alphabet", _STANDARD_ALPHABET, _PLIVO_ENCODING),
        Fact("two_septets", "the extended character set", _PLIVO_ENCODING),
        Fact("gsm7", _STANDARD_SEPTETS, _PLIVO_FAQ),
        Fact("ucs2", _STANDARD_CODE_UNITS, _PLIVO_FAQ),
        Fact(
            "max_length",
            "1600 characters of GSM-7, 737 of UCS-2",
            _PLIVO_LENGTH,
            "the API was seen to refuse 400 Cyrillic letters (github.com/plivo/plivo-python/issues/298)",
        ),
        Fact("max_segments", "about 11", _PLIVO_FAQ, "what 1600 characters take; not a limit of its own"),
        Fact(
            "smart_encoding",
            "automatic encoding, a setting of the console",
            "https://support.plivo.com/hc/en-us/articles/360048079132-What-is-automatic-encoding",
            "the list of replacements was not found; the recommended table stands in",
        ),
        Fact("group", "several destinations get an SMS each", _PLIVO_FAQ),
        Fact("billing", "each segment", _PLIVO_FAQ),
        Fact("count_fields", "units", "https://www.plivo.com/docs/messaging/api/messages/"),
    ),
)

_SINCH_LONG = "https://community.sinch.com/t5/SMS/What-is-a-Concatenated-SMS/ta-p/7235"
_SINCH_CHARACTERS = "https://developers.sinch.com/docs/sms/resources/message-info/character-support"
_SINCH_PARTS = "https://developers.sinch.com/docs/sms/resources/message-info/limiting-message-parts.md"
_SINCH_SDK = "https://github.com/sinch/sinch-sdk-dotnet"

_SINCH = Profile(
    "sinch",
    "Sinch",
    partly="when_fewer_segments",
    max_length=Length(2000, 2000, _SINCH_SDK),
    documented=(
        Fact("alphabet", _STANDARD_ALPHABET, _SINCH_CHARACTERS),
        Fact("two_septets", _STANDARD_EXTENSION, _SINCH_CHARACTERS),
        Fact("gsm7", _STANDARD_SEPTETS, _SINCH_LONG),
        Fact("ucs2", _STANDARD_CODE_UNITS, _SINCH_LONG),
        Fact("max_length", "2000 characters", _SINCH_SDK),
        Fact("max_segments", "max_number_of_message_parts, a setting", _SINCH_PARTS),
        Fact("too_long", "not delivered, status 411; truncate_concat cuts it to one part", _SINCH_PARTS),
        Fact(
            "smart_encoding",
            "Auto Encoding, set by the account manager; only for a text that needs several segments",
            "https://developers.sinch.com/docs/sms/resources/message-info/auto-encoding",
            "segcore replaces where that saves a segment; of the table only the beginning was found, equal "
            "to Twilio's, and the recommended table stands in",
        ),
        Fact(
            "billing",
            "each segment",
            "https://community.sinch.com/t5/Billing-Pricing/"
            "Why-have-I-been-charged-twice-for-sending-one-SMS-message/ta-p/7234",
        ),
        Fact(
            "count_fields",
            "number_of_parts in a dry run; number_of_message_parts in a recipient's delivery report",
            "https://developers.sinch.com/sdk/sinch-sdk-python/2.1.0/api/"
            "sinch.domains.sms.models.v1.shared.dry_run_per_recipient_details.html",
            "the latter only if max_number_of_message_parts is set",
        ),
    ),
)

_BIRD_PARTS = (
    "https://docs.bird.com/applications/channels/channels/supported-channels/sms/concepts/"
    "sms-parts-and-message-length"
)
_BIRD_BLOG = "https://bird.com/pt-br/blog/what-does-sms-mean"

_BIRD = Profile(
    "bird",
    "Bird (MessageBird)",
    partly="all_or_nothing",
    documented=(
        Fact("alphabet", _STANDARD_ALPHABET, _BIRD_PARTS),
        Fact("two_septets", "\\ ^ ~ [ ] { } | €", _BIRD_PARTS),
        Fact("gsm7", _STANDARD_SEPTETS, _BIRD_BLOG, "the blog says about 153"),
        Fact("ucs2", _STANDARD_CODE_UNITS, _BIRD_BLOG, "the blog says about 67"),
        Fact(
            "smart_encoding",
            "meta.sms.smartEncoding of a request; all or nothing",
            "https://docs.bird.com/api/channels-api/supported-channels/programmable-sms/"
            "sending-sms-messages/smart-encoding",
            "if anything is left that GSM-7 cannot send, the text goes out as it was; the table was not "
            "found, and the recommended one stands in",
        ),
        Fact("billing", "each segment", _BIRD_PARTS),
    ),
)

_INFOBIP_LANGUAGE = "https://www.infobip.com/docs/sms/language"

_INFOBIP = Profile(
    "infobip",
    "Infobip",
    documented=(
        Fact("alphabet", _STANDARD_ALPHABET, _INFOBIP_LANGUAGE),
        Fact("two_septets", "extended characters", _INFOBIP_LANGUAGE),
        Fact("gsm7", "160 alone", _INFOBIP_LANGUAGE, "of several is not said: 153, as in TS 23.040"),
        Fact(
            "ucs2",
            "70 alone",
            _INFOBIP_LANGUAGE,
            "the page gives 70 for each further part too, for which a header leaves no room: 67",
        ),
        Fact(
            "smart_encoding",
            "transliteration of a language, an option of a request",
            _INFOBIP_LANGUAGE,
            "the lists were not found; the recommended table stands in",
        ),
        Fact(
            "national_languages",
            "chosen by a request, 155 septets with one table",
            "https://www.infobip.com/docs/essentials/api-essentials/national-language-shift",
            "never automatic: allow the language in a profile of one's own",
        ),
        Fact("billing", "each segment", _INFOBIP_LANGUAGE),
        Fact(
            "count_fields",
            "smsCount; messageCount in newer reports",
            "https://github.com/infobip",
            "logs of MMS have mmsCount",
        ),
    ),
)

_SNS_FAQ = "https://aws.amazon.com/sns/faqs/"
_SNS_SPLIT = "https://www.repost.aws/knowledge-center/sns-sms-message-split-on-mobile"

_AWS_SNS = Profile(
    "aws_sns",
    "Amazon SNS",
    max_length=Length(1600, 1600, _SNS_FAQ),
    documented=(
        Fact("alphabet", "GSM", _SNS_FAQ, "or ASCII, 140 in a segment; when which is used is not said"),
        Fact("gsm7", "160 alone", _SNS_FAQ, "of several is not said: 153, as in TS 23.040"),
        Fact("ucs2", "70 alone", _SNS_FAQ, "of several is not said: 67, as in TS 23.040"),
        Fact(
            "cuts",
            "between words",
            _SNS_FAQ,
            "how is not said, so segcore cuts where the segment is full: the count may be higher than told",
        ),
        Fact(
            "max_length",
            "1600 bytes in one Publish action",
            _SNS_FAQ,
            "the reference of the API says characters; segcore holds code points against it",
        ),
        Fact("billing", "each segment", _SNS_SPLIT),
        Fact("count_fields", "numberOfMessageParts, in the delivery log", _SNS_SPLIT),
    ),
)

_EUM_LIMITS = "https://docs.aws.amazon.com/sms-voice/latest/userguide/sms-limitations-character.html"

_AWS_EUM = Profile(
    "aws_eum",
    "AWS End User Messaging (Pinpoint SMS)",
    max_length=Length(1530, 630, _EUM_LIMITS),
    documented=(
        Fact("alphabet", "GSM 03.38", _EUM_LIMITS),
        Fact("gsm7", _STANDARD_SEPTETS, _EUM_LIMITS),
        Fact("ucs2", _STANDARD_CODE_UNITS, _EUM_LIMITS),
        Fact("max_length", "1530 GSM characters or 630 others", _EUM_LIMITS),
        Fact("too_long", "refused, Invalid Message Exception", _EUM_LIMITS),
        Fact(
            "billing",
            "each segment",
            "https://docs.aws.amazon.com/sms-voice/latest/userguide/getting-started-mpp.html",
        ),
        Fact(
            "count_fields",
            "totalMessageParts of an event",
            "https://docs.aws.amazon.com/end-user-messaging/latest/userguide/"
            "nx-features-messaging-events.html",
        ),
    ),
)

_AZURE_FAQ = "https://learn.microsoft.com/en-us/azure/communication-services/concepts/sms/sms-faq"

_AZURE = Profile(
    "azure",
    "Azure Communication Services",
    documented=(
        Fact("alphabet", "GSM Standard", _AZURE_FAQ),
        Fact("gsm7", "160 alone", _AZURE_FAQ, "of several is not said: 153, as in TS 23.040"),
        Fact("ucs2", "70 alone", _AZURE_FAQ, "of several is not said: 67, as in TS 23.040"),
        Fact("max_length", "more than 2048 characters", _AZURE_FAQ, "no limit is stated"),
        Fact("group", "several recipients get an SMS each", _AZURE_FAQ),
        Fact(
            "billing",
            "each segment",
            "https://github.com/MicrosoftDocs/azure-docs",
            "articles/communication-services/concepts, the pages of prices",
        ),
    ),
)

_CLICKSEND_LENGTH = "https://help.clicksend.com/article/h474eseq3a-how-many-characters-can-i-send-in-an-sms"
_CLICKSEND_MMS = "https://developers.clicksend.com/docs/messaging/mms"

_CLICKSEND = Profile(
    "clicksend",
    "ClickSend",
    gsm7=Coding(Encoding.GSM7, CLICKSEND_ALPHABET, CLICKSEND_EXTENSION),
    max_segments=8,
    max_segments_source=_CLICKSEND_LENGTH,
    max_mms_length=Length(1500, 500, _CLICKSEND_MMS),
    documented=(
        Fact("alphabet", "GSM 03.38 basic character set", _CLICKSEND_LENGTH),
        Fact(
            "two_septets",
            "line breaks and carriage returns",
            _CLICKSEND_LENGTH,
            "in GSM-7 a line feed and a carriage return count two each, CR LF four; nothing is said of "
            "UCS-2, where they count one; the extension table is not mentioned and counts two as always",
        ),
        Fact("gsm7", _STANDARD_SEPTETS, _CLICKSEND_LENGTH),
        Fact("ucs2", _STANDARD_CODE_UNITS, _CLICKSEND_LENGTH),
        Fact("max_length", "eight segments: 1224 septets or 536 code units", _CLICKSEND_LENGTH),
        Fact("max_segments", "8", _CLICKSEND_LENGTH, "the table ends there; the text says 6"),
        Fact("too_long", "truncated", _CLICKSEND_LENGTH, "beyond 6 segments, says the text"),
        Fact("mms_length", "1500 characters of GSM-7, 500 of UCS-2", _CLICKSEND_MMS, "longer is truncated"),
        Fact("billing", "each segment", _CLICKSEND_LENGTH),
        Fact("count_fields", "message_parts", _CLICKSEND_MMS),
    ),
)

_CLICKATELL_LONG = (
    "https://docs.clickatell.com/archive/channels/advanced-message-send-archived/sms-concatenation/"
)

_CLICKATELL = Profile(
    "clickatell",
    "Clickatell",
    max_segments=35,
    max_segments_source=_CLICKATELL_LONG,
    documented=(
        Fact("two_septets", "some characters", _CLICKATELL_LONG, "which is not said"),
        Fact("gsm7", _STANDARD_SEPTETS, _CLICKATELL_LONG),
        Fact(
            "ucs2",
            _STANDARD_CODE_UNITS,
            "https://www.clickatell.com/articles/technology/the-uncomplicated-guide-to-concatenated-sms/",
            _FROM_THE_HEADER,
        ),
        Fact(
            "max_segments",
            "35",
            _CLICKATELL_LONG,
            "of an archived API, and more where code points take two septets; a new connection starts with 3",
        ),
    ),
)

_WIDE = CONCATENATION_16BIT_OCTETS
_TOLL_FREE_ISSUE = "https://github.com/TwilioDevEd/message-segment-calculator/issues/51"
_TOLL_FREE_HELP = (
    "https://help.lawmatics.com/en/articles/11165099-understanding-sms-character-limits-and-encoding"
)

_US_TOLL_FREE = Profile(
    "us_toll_free_16bit",
    "Toll-free numbers, US and Canada",
    gsm7=Coding(Encoding.GSM7, DEFAULT_ALPHABET, DEFAULT_EXTENSION, reference=_WIDE),
    ucs2=Coding(Encoding.UCS2, reference=_WIDE),
    documented=(
        Fact(
            "gsm7",
            "160 alone, 152 of several",
            _TOLL_FREE_HELP,
            "so do users of Twilio's calculator, " + _TOLL_FREE_ISSUE + "; no carrier's page was found, and "
            "that the header is the 16-bit one of TS 23.040 9.2.3.24.8 is inferred from the numbers",
        ),
        Fact("ucs2", "70 alone, 66 of several", _TOLL_FREE_HELP),
    ),
)

_ASCII_ONLY = Profile(
    "ascii_only",
    "ASCII or UTF-16: Telnyx short codes",
    gsm7=Coding(Encoding.GSM7, ASCII_ALPHABET),
    max_segments=10,
    max_segments_source=_TELNYX_ENCODING,
    documented=(
        Fact(
            "alphabet",
            "ASCII",
            _TELNYX_ENCODING,
            "the page's calculator takes U+0000 to U+007F; segcore all of these but the escape, U+001B",
        ),
        Fact(
            "two_septets",
            "none",
            _TELNYX_ENCODING,
            "an older page lets ~ ^ | { } [ ] count two, in segments of 140: " + _TELNYX_LIMITS,
        ),
        Fact("gsm7", _STANDARD_SEPTETS, _TELNYX_ENCODING),
        Fact("ucs2", _STANDARD_CODE_UNITS, _TELNYX_ENCODING),
        Fact("max_segments", "10", _TELNYX_ENCODING),
        Fact("billing", "each segment", _TELNYX_LIMITS),
    ),
)

_VERIMOR = "https://www.verimor.com.tr/haberler/sms-sonuna-operator-kodunun-eklenmesi/"

_TURKEY = Profile(
    "turkey",
    "Turkey, bulk SMS with the operator's code",
    suffix=" B038",
    countries=("TR",),
    documented=(
        Fact("gsm7", _STANDARD_SEPTETS, "TS 23.040 9.2.3.24.1"),
        Fact("ucs2", _STANDARD_CODE_UNITS, "TS 23.040 9.2.3.24.1"),
        Fact(
            "added",
            "a space and the operator's code, four characters, behind each message",
            _VERIMOR,
            "decision 2016/DK-YED/211 of the regulator BTK.  B038 is one operator's code; each has four "
            "characters.  The page counts 155, 301, 453 and 607 characters for 1 to 4 messages; exact "
            "packing lets 454 into 3",
        ),
    ),
)

_ALIYUN = "https://help.aliyun.com/en/sms/product-overview/billing-overview"

_CHINA_DOMESTIC = Profile(
    "china_domestic",
    "Mainland China: every message is UCS-2",
    encoding="ucs2",
    max_length=Length(500, 500, _ALIYUN),
    documented=(
        Fact("encoding", "always UCS-2: every character counts one, letters and digits too", _ALIYUN),
        Fact("ucs2", _STANDARD_CODE_UNITS, _ALIYUN),
        Fact(
            "added",
            "the signature in brackets, which counts",
            _ALIYUN,
            "give yours as the prefix: Segmenter('china_domestic', prefix='【Name】'); marketing messages "
            "end with a way to opt out, too",
        ),
        Fact("max_length", "500 characters", _ALIYUN, "with the signature"),
        Fact("billing", "each segment", _ALIYUN),
    ),
)

_INDIA_VARIABLES = "https://startmessaging.com/blog/dlt-template-variables-rules-india"

_INDIA_DLT = Profile(
    "india_dlt",
    "India, templates registered with DLT",
    field_length=30,
    documented=(
        Fact("gsm7", _STANDARD_SEPTETS, "TS 23.040 9.2.3.24.1"),
        Fact("ucs2", _STANDARD_CODE_UNITS, "TS 23.040 9.2.3.24.1"),
        Fact(
            "added",
            "a field {#var#} of a template is filled in with up to 30 characters",
            _INDIA_VARIABLES,
            "so that a template that is not filled in counts 30 for each; types of fields with other lengths "
            "are not documented alike by operators",
        ),
    ),
)

_HUBTEL_COST = "https://help.hubtel.com/support/solutions/articles/44001758727-how-to-calculate-message-cost"

_HUBTEL = Profile(
    "hubtel",
    "Hubtel",
    gsm7=Coding(Encoding.GSM7, DEFAULT_ALPHABET, DEFAULT_EXTENSION, room=(GSM7.single, 150)),
    packing="first",
    max_segments=5,
    max_segments_source=_HUBTEL_COST,
    documented=(
        Fact("gsm7", "160 in the first, 150 in each further one", _HUBTEL_COST),
        Fact("max_segments", "5", _HUBTEL_COST),
        Fact("billing", "each segment", _HUBTEL_COST),
    ),
)

_BRAZE_SEGMENTS = "https://braze.com/docs/user_guide/message_building_by_channel/sms/campaign/segments"
_BRAZE_SENDING = "https://www.braze.com/docs/user_guide/channels/sms_mms_and_rcs/message_setup/sms_sending/"

_BRAZE = Profile(
    "braze",
    "Braze",
    max_segments=10,
    max_segments_source=_BRAZE_SEGMENTS,
    max_length=Length(1600, 1600, _BRAZE_SENDING),
    documented=(
        Fact("gsm7", _STANDARD_SEPTETS, _BRAZE_SEGMENTS),
        Fact("ucs2", _STANDARD_CODE_UNITS, _BRAZE_SEGMENTS),
        Fact("max_length", "1600 characters", _BRAZE_SENDING),
        Fact("max_segments", "10", _BRAZE_SEGMENTS),
        Fact("billing", "each segment", _BRAZE_SEGMENTS),
    ),
)

_BREVO_LENGTH = (
    "https://help.brevo.com/hc/en-us/articles/"
    "208718649-Is-there-a-limit-on-the-number-of-characters-used-in-an-SMS-message"
)

_BREVO = Profile(
    "brevo",
    "Brevo",
    max_segments=5,
    max_segments_source=_BREVO_LENGTH,
    documented=(
        Fact("gsm7", _STANDARD_SEPTETS, _BREVO_LENGTH),
        Fact(
            "ucs2",
            _STANDARD_CODE_UNITS,
            _BREVO_LENGTH,
            "without the option for special characters they are replaced while sending",
        ),
        Fact(
            "max_segments",
            "5",
            _BREVO_LENGTH,
            "765 characters; the page says 402 for UCS-2, which is 6 segments",
        ),
        Fact("billing", "each segment", _BREVO_LENGTH),
    ),
)

_CM_UNICODE = "https://github.com/cmdotcom/text-sdk-dotnet"
_CM_PARTS = "https://github.com/cmdotcom/text-sdk-php"

_CM = Profile(
    "cm",
    "CM.com",
    ucs2=Coding(Encoding.UCS2, room=(UCS2.single, 66)),
    documented=(
        Fact(
            "alphabet",
            "characters of the GSM character set, else Unicode",
            _CM_UNICODE,
            "where the type of the body is auto; without it the gateway sends GSM 7-bit",
        ),
        Fact("gsm7", _STANDARD_SEPTETS, _CM_PARTS),
        Fact(
            "ucs2",
            "70 alone, 66 of several",
            _CM_UNICODE,
            "the comments on Body; Apache Camel's component for CM has 67 "
            "(https://github.com/oalles/camel-cm), and segcore keeps to the provider",
        ),
        Fact("max_segments", "maximumNumberOfMessageParts, a setting, 8 by default", _CM_PARTS),
    ),
)

_MESSAGEMEDIA_MESSAGE = "https://github.com/messagemedia/messages-ruby-sdk"

_MESSAGEMEDIA = Profile(
    "messagemedia",
    "MessageMedia (Sinch Engage)",
    max_length=Length(5000, 5000, _MESSAGEMEDIA_MESSAGE),
    documented=(
        Fact("max_length", "5000 characters", _MESSAGEMEDIA_MESSAGE, "content, in doc/models/message.md"),
        Fact("billing", "each billing unit", "https://github.com/messagemedia/documentation"),
        Fact(
            "count_fields",
            "billing_units of a delivery report, a setting of the account",
            "https://github.com/messagemedia/documentation",
        ),
    ),
)

_SEVEN_COUNTER = "https://github.com/seven-io/sms-counter"
_SEVEN_LENGTH = "https://github.com/n8n-io/n8n"

_SEVEN = Profile(
    "seven",
    "seven (sms77)",
    max_length=Length(1520, 1520, _SEVEN_LENGTH),
    documented=(
        Fact("alphabet", _STANDARD_ALPHABET, _SEVEN_COUNTER),
        Fact("two_septets", "^ | € { } [ ] ~ \\", _SEVEN_COUNTER),
        Fact("gsm7", _STANDARD_SEPTETS, _SEVEN_COUNTER),
        Fact("ucs2", _STANDARD_CODE_UNITS, _SEVEN_COUNTER),
        Fact("max_length", "1520 characters", _SEVEN_LENGTH, "the field Message of the node sms77"),
    ),
)

_TRANSMITSMS_LENGTH = (
    "https://support.transmitsms.com/support/solutions/articles/"
    "44001940835-sms-message-length-and-character-count"
)

_TRANSMITSMS = Profile(
    "transmitsms",
    "TransmitSMS (Burst SMS, Kudosity)",
    max_segments=4,
    max_segments_source=_TRANSMITSMS_LENGTH,
    documented=(
        Fact(
            "two_septets",
            "| ^ € { } [ ] ~ \\",
            _TRANSMITSMS_LENGTH,
            "a line break counts one; an older page, https://help.burstsms.com/support/solutions/articles/"
            "44001076957, says two",
        ),
        Fact("gsm7", _STANDARD_SEPTETS, _TRANSMITSMS_LENGTH),
        Fact("ucs2", _STANDARD_CODE_UNITS, _TRANSMITSMS_LENGTH),
        Fact("max_length", "four segments: 612 septets or 268 code units", _TRANSMITSMS_LENGTH),
        Fact("max_segments", "4", _TRANSMITSMS_LENGTH),
        Fact("billing", "each segment", _TRANSMITSMS_LENGTH),
    ),
)

_ZENVIA_SMS = "https://github.com/zenvia/zenvia-openapi-spec"
_ZENVIA_UNICODE = "ÇàäèéìñòöùüÄÉÑÖÜ|"
_ZENVIA_ALPHABET, _ZENVIA_EXTENSION = changed((None, None), "gsm7", {"remove": _ZENVIA_UNICODE}, _ZENVIA_SMS)

_ZENVIA = Profile(
    "zenvia",
    "Zenvia",
    gsm7=Coding(Encoding.GSM7, _ZENVIA_ALPHABET, _ZENVIA_EXTENSION, reference=CONCATENATION_16BIT_OCTETS),
    ucs2=Coding(Encoding.UCS2, reference=CONCATENATION_16BIT_OCTETS),
    max_length=Length(1520, 1520, _ZENVIA_SMS),
    documented=(
        Fact(
            "alphabet",
            "around 110 characters, without accented letters and |, which need Unicode",
            _ZENVIA_SMS,
            "spec/tags/sms.md gives examples of what needs Unicode: segcore leaves these out of the default "
            "alphabet and keeps the rest of it",
        ),
        Fact("gsm7", "160 alone, 152 of several", _ZENVIA_SMS),
        Fact("ucs2", "70 alone, 66 of several", _ZENVIA_SMS),
        Fact(
            "cuts",
            "always at a space",
            _ZENVIA_SMS,
            "segcore fills segments, so that Zenvia can need more of them; tabs and double spaces become one",
        ),
        Fact("max_length", "1520 characters", _ZENVIA_SMS),
        Fact("billing", "each segment", _ZENVIA_SMS),
    ),
)

_TEXTMAGIC_ENCODING = "https://textmagic.com/docs/api/encoding"

_TEXTMAGIC = Profile(
    "textmagic",
    "Textmagic",
    max_segments=6,
    max_segments_source=_TEXTMAGIC_ENCODING,
    documented=(
        Fact("alphabet", _STANDARD_ALPHABET, _TEXTMAGIC_ENCODING),
        Fact("two_septets", "{ } \\ ~ [ ] | ^ €", _TEXTMAGIC_ENCODING),
        Fact("gsm7", _STANDARD_SEPTETS, _TEXTMAGIC_ENCODING),
        Fact("max_segments", "6", _TEXTMAGIC_ENCODING),
    ),
)

_SIGNALWIRE_LIMITS = "https://developer.signalwire.com/guides/messaging-character-limits"

_SIGNALWIRE = Profile(
    "signalwire",
    "SignalWire",
    max_length=Length(1600, 1600, _SIGNALWIRE_LIMITS),
    documented=(
        Fact("alphabet", _STANDARD_ALPHABET, _SIGNALWIRE_LIMITS),
        Fact("gsm7", "160 alone", _SIGNALWIRE_LIMITS),
        Fact("ucs2", "70 alone", _SIGNALWIRE_LIMITS),
        Fact("max_length", "1600 characters", _SIGNALWIRE_LIMITS),
        Fact("billing", "each segment", _SIGNALWIRE_LIMITS),
    ),
)

_NOTIFY_PRICING = "https://github.com/alphagov/notifications-admin"

_GOV_UK_NOTIFY = Profile(
    "gov_uk_notify",
    "GOV.UK Notify",
    documented=(
        Fact(
            "alphabet",
            "signs and accented letters of the default alphabet are charged at the normal rate",
            _NOTIFY_PRICING,
        ),
        Fact("two_septets", "[ ] { } ^ \\ | ~ €", _NOTIFY_PRICING),
        Fact("gsm7", _STANDARD_SEPTETS, _NOTIFY_PRICING, "its table goes on to 306, 459, 612, 765 and 918"),
        Fact(
            "added",
            "the name of the service and a colon in front, a setting",
            "https://github.com/cds-snc/notification-api",
            "issue 1726; give yours as the prefix: Segmenter('gov_uk_notify', prefix='Service name: ')",
        ),
        Fact("billing", "each segment", _NOTIFY_PRICING),
    ),
)

_RCS_US_BILLING = "https://developers.google.com/business-communications/rcs-business-messaging/carriers/billing/us-billing-model"
_RCS_BILLING = "https://www.infobip.com/docs/rcs/billing-types"
_RCS_LIMITS = "https://docs.aws.amazon.com/sms-voice/latest/userguide/sms-limitations-rcs.html"
_RCS_MEDIA = "counts 1, whatever its text: its kind is "

_RCS_US = Profile(
    "rcs_us",
    "RCS to the US",
    octets=Octets("utf8", {"Rich": 160}),
    max_length=Length(3072, 3072, _RCS_LIMITS),
    documented=(
        Fact("encoding", "always UTF-8", _RCS_US_BILLING),
        Fact(
            "octets",
            "160 in a segment, rounded up",
            _RCS_US_BILLING,
            "Rich Messages: text, with suggested replies, a number to dial or a link to open; the texts of "
            "these do not count.  Twilio's calculator counts alike ("
            + _TWILIO_CALCULATOR
            + "), but 0 for no text",
        ),
        Fact("max_length", "3072 characters", _RCS_LIMITS),
        Fact("mms", _RCS_MEDIA + "Rich Media", _RCS_US_BILLING, "cards too; count such a message as an MMS"),
        Fact("billing", "each segment", _RCS_US_BILLING),
        Fact("count_fields", "segmentCount of richMessageClassification", _RCS_US_BILLING),
    ),
)

_RCS = Profile(
    "rcs",
    "RCS outside the US",
    octets=Octets("utf8", {"Basic": 160, "Single": None}),
    max_length=Length(3072, 3072, _RCS_LIMITS),
    documented=(
        Fact("encoding", "always UTF-8", _RCS_BILLING),
        Fact(
            "octets",
            "up to 160 a Basic message, beyond that a Single one",
            _RCS_BILLING,
            "so does Twilio's calculator, "
            + _TWILIO_CALCULATOR
            + "; conversations, which cover all messages of "
            "24 hours, are not counted",
        ),
        Fact("max_length", "3072 characters", _RCS_LIMITS),
        Fact("mms", _RCS_MEDIA + "Single", _RCS_BILLING, "count such a message as an MMS"),
        Fact("billing", "each message, by its class", _RCS_BILLING),
    ),
)

_KOREA_CLASSES = "https://www.boneda.net/cs/faq/list/"
_KOREA_SDK = "https://github.com/solapi/solapi-nodejs"

_KOREA = Profile(
    "korea",
    "South Korea: SMS and LMS by octets",
    octets=Octets("euc_kr", {"SMS": 90, "LMS": 2000}),
    documented=(
        Fact(
            "encoding",
            "EUC-KR: 45 Hangul syllables or 90 Latin letters are an SMS",
            _KOREA_SDK,
            "segcore takes Microsoft's extension of it, cp949, which has every syllable; what it lacks, such "
            "as an emoji, counts two and is named",
        ),
        Fact(
            "octets",
            "up to 90 an SMS, up to 2,000 an LMS",
            _KOREA_CLASSES,
            "carriers differ: in 2011 KT had 90, others 80 (https://m.etnews.com/201110170038)",
        ),
        Fact("mms", "a message with a picture", _KOREA_CLASSES, "with up to 2,000 octets of text"),
        Fact("billing", "each message, by its class", _KOREA_CLASSES, "the page tells the classes apart"),
    ),
)

PROVIDERS = (
    _STANDARD,
    _BANDWIDTH,
    _TWILIO,
    _TELNYX,
    _VONAGE,
    _PLIVO,
    _SINCH,
    _BIRD,
    _INFOBIP,
    _AWS_SNS,
    _AWS_EUM,
    _AZURE,
    _CLICKSEND,
    _CLICKATELL,
    _BRAZE,
    _BREVO,
    _CM,
    _GOV_UK_NOTIFY,
    _HUBTEL,
    _MESSAGEMEDIA,
    _SEVEN,
    _SIGNALWIRE,
    _TEXTMAGIC,
    _TRANSMITSMS,
    _ZENVIA,
    _US_TOLL_FREE,
    _ASCII_ONLY,
    _CHINA_DOMESTIC,
    _INDIA_DLT,
    _KOREA,
    _RCS,
    _RCS_US,
    _TURKEY,
)
"""Every profile that comes with segcore, the standard one first, then providers, then routes."""
