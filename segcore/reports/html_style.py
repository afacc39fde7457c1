"""How the page of a report looks: light and dark, wide and narrow, on screen and on paper."""

STYLE = """
:root { color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --ink: #17202b; --soft: #5a6675; --line: #dfe4ea; --track: #e9edf2;
  --gsm7: #1f7a8c; --ucs2: #c8641b; --mms: #7457b8; --good: #1d7a46; --warn: #fff3d6; --warn-ink: #6b4a00;
  --mark: #ffd9a8; --mark-ink: #5c2b00; --even: #e8f1f4; --odd: #f4eee2; }
@media (prefers-color-scheme: dark) { :root {
  --page: #11161c; --card: #1a2129; --ink: #e8edf2; --soft: #9fabb8; --line: #2e3843; --track: #28313b;
  --gsm7: #4fb3c6; --ucs2: #ee9350; --mms: #a78be6; --good: #5cc98b; --warn: #3a2f14; --warn-ink: #f2d48b;
  --mark: #7c430f; --mark-ink: #ffe6cc; --even: #1f333b; --odd: #38301f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
  -webkit-text-size-adjust: 100%; }
main, header, footer { max-width: 1040px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 36px; }
h1 { font-size: 15px; font-weight: 600; margin: 0; color: var(--soft); overflow-wrap: anywhere; }
h2 { font-size: 17px; margin: 0 0 12px; letter-spacing: -.01em; }
p { margin: 8px 0; }
.cost { font-size: 46px; line-height: 1.15; font-weight: 650; letter-spacing: -.025em; margin: 4px 0 0;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.cost small { font-size: .45em; font-weight: 500; color: var(--soft); letter-spacing: 0; }
.soft, figcaption, .more { color: var(--soft); font-size: 13px; }
.totals { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); gap: 12px;
  margin: 20px 0 0; }
.totals div, section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
.totals div { padding: 12px 16px; }
.totals dt { color: var(--soft); font-size: 13px; }
.totals dd { margin: 0; font-size: 22px; font-weight: 600; font-variant-numeric: tabular-nums; }
.totals .good { color: var(--good); }
section { padding: 20px 24px; margin: 16px 0; }
.notes { background: var(--warn); color: var(--warn-ink); border-radius: 10px; padding: 10px 16px 10px 34px;
  margin: 16px 0 0; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 0 16px; }
.pair section { margin-bottom: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { padding: 7px 10px; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
tbody tr:last-child > * { border-bottom: 0; }
th { font-weight: 500; overflow-wrap: anywhere; }
thead th { color: var(--soft); font-size: 12.5px; white-space: nowrap; border-bottom-color: var(--soft); }
thead th:first-child { white-space: normal; }
th:first-child { min-width: 72px; }
tr > :first-child { padding-left: 0; } tr > :last-child { padding-right: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.unpriced { color: var(--ucs2); font-weight: 600; }
.glyph { display: inline-block; min-width: 32px; font-size: 18px; line-height: 1.2; padding-right: 8px; }
.bars { vertical-align: middle; min-width: 110px; width: 30%; }
thead .bars { vertical-align: top; }
.code, td.write { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: 13px; }
.code { white-space: nowrap; }
.name { display: inline-block; margin-left: 12px; font-size: 12px; color: var(--soft); }
figure { margin: 0; max-width: 520px; } svg { display: block; width: 100%; height: auto; overflow: visible; }
.bar { height: 8px; min-width: 80px; }
svg text { fill: var(--soft); font: 12px system-ui, "Noto Sans", "DejaVu Sans", sans-serif; }
.track { fill: var(--track); } .axis { stroke: var(--line); }
.gsm7 { fill: var(--gsm7); } .ucs2 { fill: var(--ucs2); } .mms { fill: var(--mms); }
.key { display: inline-block; width: 10px; height: 10px; border-radius: 3px; margin-right: 8px; }
.key.gsm7 { background: var(--gsm7); } .key.ucs2 { background: var(--ucs2); }
.key.mms { background: var(--mms); }
.shares { height: 18px; margin-bottom: 10px; }
.sample { margin: 0 0 20px; } .sample:last-of-type { margin-bottom: 4px; }
.sample p { margin: 0 0 6px; }
.message { margin: 0; padding: 10px 14px; border: 1px solid var(--line); border-radius: 4px 12px 12px 12px;
  white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.75; }
.message bdi { border-radius: 3px; padding: 2px 0; background: var(--even);
  -webkit-box-decoration-break: clone; box-decoration-break: clone; }
.message bdi.odd { background: var(--odd); }
.message sup { color: var(--soft); font-size: 10px; font-weight: 600; padding: 0 3px; user-select: none; }
mark { background: var(--mark); color: var(--mark-ink); border-radius: 3px; padding: 1px 2px;
  border-bottom: 2px solid var(--ucs2); }
.how { display: grid; grid-template-columns: max-content 1fr; gap: 4px 18px; margin: 0; font-size: 14px; }
.how dt { color: var(--soft); } .how dd { margin: 0; overflow-wrap: anywhere; }
footer { padding-bottom: 40px; }
@media (max-width: 560px) {
  main, header, footer { padding-left: 12px; padding-right: 12px; } header { padding-top: 20px; }
  section { padding: 16px; } .cost { font-size: 34px; } .totals { grid-template-columns: 1fr 1fr; }
  .totals div:last-child:nth-child(odd) { grid-column: 1 / -1; }
  .bars, .wide { display: none; } thead th { white-space: normal; }
  .name { display: block; margin: 0; }
  th, td { padding: 6px 6px; } .how { grid-template-columns: 1fr; gap: 0; }
  .how dd { margin-bottom: 8px; } }
@page { margin: 14mm; }
@media print { :root { color-scheme: light;
  --page: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #ccc; --track: #eee;
  --gsm7: #1f7a8c; --ucs2: #c8641b; --mms: #7457b8; --good: #1d7a46; --warn: #fff3d6; --warn-ink: #6b4a00;
  --mark: #ffd9a8; --mark-ink: #5c2b00; --even: #e8f1f4; --odd: #f4eee2; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { font-size: 11px; } main, header, footer { max-width: none; padding: 0; }
  table, .how { font-size: 10.5px; } section { padding: 12px 14px; margin: 10px 0; }
  .pair { grid-template-columns: 1fr 1fr; } .glyph { font-size: 13px; }
  .code, td.write { font-size: 10px; } .name, .soft, .more, figcaption, thead th { font-size: 9.5px; }
  th, td { padding: 4px 8px; } .cost { font-size: 34px; } h2 { font-size: 14px; }
  .totals dd { font-size: 17px; } .totals dt { font-size: 10px; }
  h2 { break-after: avoid; } tr, .sample, figure, .totals { break-inside: avoid; }
  thead { display: table-header-group; } .scroll { overflow: visible; } }
"""
"""The style sheet: colours with enough contrast in both schemes, and nothing that must be fetched."""
