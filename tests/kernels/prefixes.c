/* Looks up texts from standard input, each in memory of its own that is exactly as long.
 *
 * Input: three trees (international rules, national rules, prefixes), each a count of octets and the nodes, then
 * 1,000 heads; two tables of rules, each a count of octets and the rules; page_of; a count of octets and the kinds;
 * then records: kind, length in items, octets.  All numbers in the input are 32-bit, in the machine's order. Output:
 * a line for each record: what it stands for, or "not UTF-8". */
#include <stdio.h>
#include <stdlib.h>

#include "prefixes.h"

static uint32_t number(void)
{
    uint32_t value = 0;
    if (fread(&value, sizeof value, 1, stdin) != 1)
        exit(feof(stdin) ? 0 : 1);
    return value;
}

static void *octets(size_t n)
{
    void *data = malloc(n);
    if (n && fread(data, 1, n, stdin) != n)
        exit(2);
    return data;
}

static segcore_tree tree(void)
{
    segcore_tree read;
    read.nodes = octets(number());
    read.heads = octets(1000 * sizeof *read.heads);
    return read;
}

int main(void)
{
    segcore_plan plan;
    plan.international = tree();
    plan.national = tree();
    segcore_tree prefixes = tree();
    plan.international_rules = octets(number());
    plan.national_rules = octets(number());
    plan.page_of = octets(256);
    plan.kinds = octets(number());
    for (;;) {
        segcore_text text;
        int32_t value = -2;
        text.kind = (int)number();
        text.length = number();
        text.data = octets(text.length * (text.kind ? (size_t)text.kind : 1));
        if (segcore_look_up(&plan, &prefixes, &text, 1, &value))
            printf("%d\n", (int)value);
        else
            puts("not UTF-8");
        free((void *)text.data);
    }
}
