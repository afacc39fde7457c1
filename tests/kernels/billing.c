/* Bills random texts in every form under random rules, and sums random parts: each text is a block of exactly its size,
 * so that a sanitizer sees the first octet beyond it, and all forms and kernels must agree.
 *
 * usage: billing SEED ROUNDS */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "part_sums.h"
#include "rules.h"

enum { MOST = 700, FORMS = 4 };

static const char *const pieces[] = {"http://", "HTTPS://", "//", "/", ":", "a",  "b.c/d?e", "{#v#}", "{#",
                                     "#}",      "`",        "{",  "\"", "<", " ", ".",       ")",     "xxxxxxxx"};
/* U+012F, U+2F2F and U+1F02F have an octet of a slash. */
static const uint32_t points[] = {0xE9, 0x20AC, 0x142, 0x12F, 0x2F2F, 0x1F44D, 0xAC00, 0xFFFD, 0x1F02F};
static const uint32_t added[] = {'x', '{', 0x20AC, 0x1F44D};

static uint64_t state;
static uint8_t page_of[256], pages[2 << 8];
static segcore_sets sets[2];
static uint16_t mask_page_of[0x1100];
static uint64_t masks[2 << 8];
static segcore_billing billing;
static segcore_rules rules, ucs2_rules;
static segcore_tables link_tables;
static uint8_t link_pages[2 << 8];
static segcore_sets link_sets[2];
static uint8_t no_page_of[256], no_pages[1 << 8];
static segcore_sets no_sets[1];

static uint32_t drawn(uint32_t below)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % below;
}

static void make_tables(void)
{
    page_of[0] = 1;
    mask_page_of[0] = 1;
    for (uint32_t low = 0x20; low < 0x7F; low++) {
        pages[1 << 8 | low] = low == '`' ? 0 : strchr("{}[]~^|\\", (int)low) ? 2 : 1;
        masks[1 << 8 | low] = low != '`';
    }
    pages[1 << 8 | 0xE9] = 1;
    masks[1 << 8 | 0xE9] = 1;
    rules.tables = (segcore_tables){.page_of = page_of, .pages = pages, .sets = sets};
    ucs2_rules.tables = (segcore_tables){.page_of = no_page_of, .pages = no_pages, .sets = no_sets};
    rules.masks = (segcore_map){mask_page_of, masks};
    for (int i = 0; i < 2; i++) {
        segcore_tables *tables = i ? &ucs2_rules.tables : &rules.tables;
        tables->gsm7_single = 160, tables->gsm7_part = 153, tables->ucs2_single = 70, tables->ucs2_part = 67;
        segcore_prepare(tables, i ? 1 : 2);
    }
    for (int point = 0x21; point < 0x7F; point++)
        link_pages[1 << 8 | point] = strchr("\"<>", point) ? 0 : strchr("!'(),.:;?[]{}", point) ? 1 : 2;
    link_tables = rules.tables;
    link_tables.pages = link_pages;
    link_tables.sets = link_sets;
    segcore_prepare(&link_tables, 2);
    rules.billing = &billing;
    rules.has_more = 1;
}

static void make_billing(void)
{
    memset(&billing, 0, sizeof billing);
    billing.prefix = added;
    billing.suffix = added + 1;
    billing.prefix_length = drawn(2);
    billing.suffix_length = drawn(4);
    billing.link_length = drawn(3) ? (int64_t)drawn(40) : -1;
    billing.links = &link_tables;
    billing.field_length = drawn(3) ? -1 : (int64_t)drawn(40);
    billing.encoding = (int)drawn(SEGCORE_ONLY_EUC_KR + 1);
    billing.packing = (int)drawn(SEGCORE_FIRST + 1);
    billing.adds_up = 1;
    if (!drawn(4)) {
        /* Nothing but links, as most routes that shorten them. */
        billing.prefix_length = billing.suffix_length = 0;
        billing.link_length = (int64_t)drawn(40);
        billing.field_length = -1;
        billing.encoding = SEGCORE_AUTO;
        billing.packing = SEGCORE_EXACT;
    }
    for (size_t i = 0; i < billing.prefix_length + billing.suffix_length; i++) {
        const uint32_t point
            = i < billing.prefix_length ? billing.prefix[i] : billing.suffix[i - billing.prefix_length];
        billing.septets += point == '{' ? 2 : 1;
        billing.code_units += point > 0xFFFF ? 2 : 1;
        billing.is_ucs2 |= point > 0x7F;
        billing.octets += point < 0x80 ? 1 : billing.encoding == SEGCORE_ONLY_UTF8 ? (point > 0xFFFF ? 4 : 3) : 2;
    }
    if (billing.encoding == SEGCORE_ONLY_UCS2)
        billing.is_ucs2 = 1;
    if (billing.encoding == SEGCORE_ONLY_GSM7)
        billing.is_ucs2 = 0;
    if (billing.encoding >= SEGCORE_ONLY_UTF8) {
        billing.first_octets = 4 + drawn(200);
        billing.has_classes = (int)drawn(2);
    }
    billing.ucs2_rules = billing.encoding == SEGCORE_ONLY_UCS2 ? &ucs2_rules : NULL;
}

/* Code points of a random text; the greatest of them in *highest. */
static size_t make_text(uint32_t *text, uint32_t *highest)
{
    size_t length = 0;
    const uint32_t kinds = 1 + drawn(3), most = drawn(90);
    *highest = 0;
    for (uint32_t i = 0; i < most; i++) {
        const char *piece = pieces[drawn(sizeof pieces / sizeof *pieces)];
        if (kinds > 1 && !drawn(8)) {
            text[length++] = points[drawn(kinds == 2 ? 5 : 9)];
        } else {
            for (; *piece; piece++)
                text[length++] = (uint8_t)*piece;
        }
        if (length > MOST)
            break;
    }
    for (size_t i = 0; i < length; i++)
        *highest = text[i] > *highest ? text[i] : *highest;
    return length;
}

static size_t put_utf8(uint8_t *to, uint32_t point)
{
    if (point < 0x80)
        return to[0] = (uint8_t)point, 1;
    if (point < 0x800)
        return to[0] = (uint8_t)(0xC0 | point >> 6), to[1] = (uint8_t)(0x80 | (point & 63)), 2;
    if (point < 0x10000)
        return to[0] = (uint8_t)(0xE0 | point >> 12), to[1] = (uint8_t)(0x80 | (point >> 6 & 63)),
               to[2] = (uint8_t)(0x80 | (point & 63)), 3;
    return to[0] = (uint8_t)(0xF0 | point >> 18), to[1] = (uint8_t)(0x80 | (point >> 12 & 63)),
           to[2] = (uint8_t)(0x80 | (point >> 6 & 63)), to[3] = (uint8_t)(0x80 | (point & 63)), 4;
}

/* A block of exactly its size. */
static segcore_text in_form(const uint32_t *text, size_t length, int kind)
{
    uint8_t *all = malloc(4 * length + 4), *data;
    size_t octets = 0;
    for (size_t i = 0; i < length; i++) {
        if (kind == SEGCORE_UTF8) {
            octets += put_utf8(all + octets, text[i]);
        } else {
            const uint8_t one = (uint8_t)text[i];
            const uint16_t two = (uint16_t)text[i];
            const void *from = kind == 1 ? (const void *)&one : kind == 2 ? (const void *)&two : (const void *)&text[i];
            memcpy(all + octets, from, (size_t)kind);
            octets += (size_t)kind;
        }
    }
    data = malloc(octets ? octets : 1);
    memcpy(data, all, octets);
    free(all);
    return (segcore_text){data, kind == SEGCORE_UTF8 ? octets : length, kind};
}

static int finds_links(const segcore_kernel *kernel, const segcore_text *text, const segcore_links *expected)
{
    segcore_links found = {0, 0, 0, 0};
    segcore_measurement measured;
    uint8_t place = 0;
    const size_t number
        = kernel->measure_links(&rules.tables, &link_tables, text, 1, &measured, &place, &found, 1);
    return number <= 1 && place == 0 && found.count == expected->count && found.points == expected->points
           && found.two_septets == expected->two_septets && found.has_unencodable == expected->has_unencodable;
}

static void hold_forms(unsigned long round)
{
    static const int kinds[FORMS] = {SEGCORE_UTF8, 1, 2, 4};
    uint32_t text[MOST + 32], highest;
    const size_t length = make_text(text, &highest);
    segcore_measurement expected = {-1, -1, -1, -1};
    for (int form = 0; form < FORMS; form++) {
        if ((kinds[form] == 1 && highest > 0xFF) || (kinds[form] == 2 && highest > 0xFFFF))
            continue;
        segcore_text given = in_form(text, length, kinds[form]);
        segcore_links links;
        segcore_sum_links(&rules.tables, &link_tables, &given, &links);
        for (int i = 0; segcore_kernels[i]; i++) {
            segcore_measurement found;
            if (!segcore_kernels[i]->is_usable())
                continue;
            rules.kernel = ucs2_rules.kernel = segcore_kernels[i];
            segcore_measure_texts(&rules, &given, 1, &found);
            if (expected.units < 0)
                expected = found;
            if (!finds_links(segcore_kernels[i], &given, &links)) {
                fprintf(stderr, "round %lu, %s, kind %d: other links\n", round, segcore_kernels[i]->name, kinds[form]);
                exit(1);
            }
            if (found.encoding != expected.encoding || found.units != expected.units
                || found.segments != expected.segments) {
                fprintf(stderr, "round %lu, %s, kind %d: %d %lld %lld, but elsewhere %d %lld %lld\n", round,
                        segcore_kernels[i]->name, kinds[form], found.encoding, (long long)found.units,
                        (long long)found.segments, expected.encoding, (long long)expected.units,
                        (long long)expected.segments);
                exit(1);
            }
        }
        free((void *)given.data);
    }
}

/* Two parts, one of them the same for all texts, against the sum of both. */
static void hold_part_sums(unsigned long round)
{
    const size_t count = drawn(20);
    int64_t *septets = malloc((count + 1) * sizeof *septets), *units = malloc((count + 1) * sizeof *units);
    int64_t fixed = drawn(200), *sums = malloc((count ? count : 1) * sizeof *sums);
    uint8_t *is_ucs2 = malloc(count + 1), *encodings = malloc(count ? count : 1), fixed_is_ucs2 = (uint8_t)drawn(2);
    int32_t *segments = malloc((count ? count : 1) * sizeof *segments);
    const segcore_part_rules rooms = {160, 153, 70, 67, (int)drawn(2), (int)drawn(2), 0};
    for (size_t i = 0; i < count; i++) {
        units[i] = drawn(300);
        septets[i] = units[i] + drawn(3);
        is_ucs2[i] = (uint8_t)drawn(2);
    }
    const segcore_part parts[2] = {{septets, units, is_ucs2, 1}, {&fixed, &fixed, &fixed_is_ucs2, 0}};
    segcore_sum_parts(&rooms, parts, 2, count, sums, encodings, segments);
    for (size_t i = 0; i < count; i++) {
        const int wide = is_ucs2[i] | fixed_is_ucs2;
        if (encodings[i] != wide || sums[i] != (wide ? units[i] : septets[i]) + fixed) {
            fprintf(stderr, "round %lu: part sum %zu is %lld\n", round, i, (long long)sums[i]);
            exit(1);
        }
    }
    free(septets), free(units), free(sums), free(is_ucs2), free(encodings), free(segments);
}

int main(int count, char **arguments)
{
    const unsigned long rounds = count > 2 ? strtoul(arguments[2], NULL, 10) : 1000;
    state = count > 1 ? strtoul(arguments[1], NULL, 10) : 1;
    make_tables();
    for (unsigned long round = 0; round < rounds; round++) {
        make_billing();
        hold_forms(round);
        hold_part_sums(round);
    }
    printf("%lu rounds\n", rounds);
}
