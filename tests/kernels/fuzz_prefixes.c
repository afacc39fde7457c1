/* Numbers and prefixes: a tree held against a search through the list of its prefixes, and every form of a text against
 * the others.
 *
 * Input: prefixes, then a number as it may be written. */
#include "fuzz.h"
#include "prefixes.h"

enum { PREFIXES = 24, DIGITS = 6, NODES = PREFIXES * DIGITS + 1, LONGEST = 60 };

typedef struct {
    uint8_t digits[DIGITS];
    size_t count;
    uint32_t lengths;
} listed;

static listed list[PREFIXES];
static size_t listed_count;
static segcore_prefix nodes[NODES];
static int32_t heads[1000];

static int begins(const uint8_t *digits, size_t count, const listed *with)
{
    return with->count <= count && !memcmp(digits, with->digits, with->count);
}

static int32_t search(const uint8_t *digits, size_t count)
{
    int32_t best = SEGCORE_NO_PREFIX;
    size_t longest = 0;
    for (size_t i = 0; i < listed_count; i++) {
        /* Of two that are the same, the later. */
        if (begins(digits, count, &list[i]) && list[i].lengths >> count & 1 && list[i].count >= longest) {
            best = (int32_t)i;
            longest = list[i].count;
        }
    }
    return best;
}

static void make_list(fuzz_input *input)
{
    listed_count = fuzz_take(input, PREFIXES);
    for (size_t i = 0; i < listed_count; i++) {
        list[i].count = 1 + fuzz_take(input, DIGITS);
        for (size_t j = 0; j < list[i].count; j++)
            list[i].digits[j] = (uint8_t)fuzz_take(input, 3);
        list[i].lengths = fuzz_take(input, 2) ? UINT32_MAX : fuzz_take(input, 0x10000) | 1u << 12;
        for (size_t j = 0; j < i; j++)
            if (list[j].count == list[i].count && !memcmp(list[j].digits, list[i].digits, list[i].count))
                list[j].lengths = 0;
    }
}

/* Shorter prefixes first, as the binding lays them out. */
static void make_tree(void)
{
    int32_t used = 1;
    memset(nodes, 0, sizeof nodes);
    nodes[0].shorter = -1;
    for (size_t count = 1; count <= DIGITS; count++) {
        for (size_t i = 0; i < listed_count; i++) {
            int32_t at = 0;
            if (list[i].count != count || !list[i].lengths)
                continue;
            for (size_t j = 0; j < count; j++) {
                int32_t *next = &nodes[at].next[list[i].digits[j]];
                if (!*next) {
                    nodes[used].shorter = nodes[at].lengths ? at : nodes[at].shorter;
                    *next = used++;
                }
                at = *next;
            }
            nodes[at].value = (int32_t)i;
            nodes[at].lengths = list[i].lengths;
        }
    }
    for (int head = 0; head < 1000; head++) {
        const int digits[3] = {head / 100, head / 10 % 10, head % 10};
        int32_t at = 0;
        size_t i = 0;
        for (; i < 3 && nodes[at].next[digits[i]]; i++)
            at = nodes[at].next[digits[i]];
        heads[head] = i < 3 ? ~at : at;
    }
}

static void make_kinds(uint8_t *kinds)
{
    memset(kinds, SEGCORE_NO_NUMBER, 256);
    for (int digit = 0; digit < 10; digit++)
        kinds['0' + digit] = (uint8_t)digit;
    kinds[' '] = kinds['-'] = SEGCORE_SKIPPED;
    kinds['+'] = SEGCORE_PLUS;
    kinds[';'] = SEGCORE_BREAK;
    for (const char *letter = "telTEL"; *letter; letter++)
        kinds[(uint8_t)*letter] = SEGCORE_LETTER;
    kinds[':'] = SEGCORE_LETTER;
}

/* Every form of a text of octets below 128. */
static void check_forms(const segcore_plan *plan, const segcore_tree *tree, const uint8_t *octets, size_t length)
{
    static const int all[4] = {SEGCORE_UTF8, 1, 2, 4};
    int32_t values[4];
    for (int i = 0; i < 4; i++) {
        const size_t width = all[i] ? (size_t)all[i] : 1;
        uint8_t *copy = calloc(length ? length : 1, width);
        for (size_t j = 0; j < length; j++) {
            const uint16_t two = octets[j];
            const uint32_t four = octets[j];
            memcpy(copy + width * j, width == 1 ? (const void *)&octets[j] : width == 2 ? (const void *)&two : &four,
                   width);
        }
        const segcore_text text = {copy, length, all[i]};
        fuzz_require(segcore_look_up(plan, tree, &text, 1, &values[i]) == 1, "ASCII that is not UTF-8");
        free(copy);
        fuzz_require(values[i] == values[0], "another answer in another form");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t page_of[256], kinds[256];
    static const segcore_rule drop_one = {.drop = 1}, nothing = {0};
    segcore_rule rules[PREFIXES];
    fuzz_input input = {data, size};
    uint8_t digits[20];
    make_kinds(kinds);
    make_list(&input);
    make_tree();
    const segcore_tree tree = {nodes, heads};
    const size_t count = fuzz_take(&input, sizeof digits);
    for (size_t i = 0; i < count; i++)
        digits[i] = (uint8_t)fuzz_take(&input, 4);
    fuzz_require(segcore_find_prefix(&tree, digits, count) == search(digits, count), "another prefix");

    for (size_t i = 0; i < PREFIXES; i++) {
        rules[i] = fuzz_take(&input, 3) ? nothing : drop_one;
        /* A rule takes no more digits than its prefix has, and may put others there. */
        if (fuzz_take(&input, 4) == 0)
            for (rules[i].put_count = 0; rules[i].put_count < 5; rules[i].put_count++)
                rules[i].put[rules[i].put_count] = (uint8_t)fuzz_take(&input, 10);
    }
    const segcore_plan plan = {page_of, kinds, tree, rules, tree, rules};
    const size_t length = input.size < LONGEST ? input.size : LONGEST;
    uint8_t *octets = fuzz_octets(&input, length);
    int32_t value = -1;
    const segcore_text text = {octets, length, SEGCORE_UTF8};
    segcore_look_up(&plan, &tree, &text, 1, &value);
    fuzz_require(value < (int32_t)listed_count, "a value that no prefix has");
    for (size_t i = 0; i < length; i++)
        octets[i] &= 0x7F;
    check_forms(&plan, &tree, octets, length);
    free(octets);
    return 0;
}
