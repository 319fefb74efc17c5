// SPDX-License-Identifier: Apache-2.0
#include "show/html.hpp"

#include "event/sha256.hpp"
#include "show/visible.hpp"

namespace trailhound::show {
namespace {

constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark;--ink:#1c2330;--soft:#5b6575;--paper:#fff;--card:#f6f7f9;--line:#d9dee6;
--accent:#2457c5;--low:#5b6575;--medium:#9a6700;--high:#c2410c;--critical:#b3123c;--read:#8fa8d8;
--change:#2457c5;--denied:#c2410c;--good:#1a7f4b}
@media (prefers-color-scheme:dark){:root{--ink:#e4e8ef;--soft:#9aa5b6;--paper:#12161d;--card:#1a2029;
--line:#313a48;--accent:#86abff;--low:#9aa5b6;--medium:#e0b24d;--high:#ff9a66;--critical:#ff7a9c;
--read:#46598a;--change:#86abff;--denied:#ff9a66;--good:#5fd39a}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:76rem;padding:1.5rem;color:var(--ink);background:var(--paper);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .3rem;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:2.2rem 0 .6rem;padding-bottom:.25rem;border-bottom:1px solid var(--line)}
h3{font-size:1rem;margin:1.2rem 0 .4rem;overflow-wrap:anywhere}
p{margin:.4rem 0}
.soft{color:var(--soft)}
nav{display:flex;flex-wrap:wrap;gap:.3rem 1rem;margin:1rem 0;font-size:.9rem}
a{color:var(--accent)}
code,pre,.id,.line{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;
font-size:.86em}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--card);padding:.6rem .8rem;
border-radius:6px;margin:.4rem 0}
.id{color:var(--soft)}
.odd{background:var(--medium);color:var(--paper);border-radius:3px;padding:0 2px}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.7rem;margin:1rem 0}
.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.6rem .8rem}
.card b{display:block;font-size:1.35rem;line-height:1.2}
.card span{color:var(--soft);font-size:.85rem}
dl{display:grid;grid-template-columns:7rem 1fr;gap:.2rem 1rem;margin:.6rem 0}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
.story{border:1px solid var(--line);border-left-width:5px;border-radius:6px;padding:.7rem 1rem;
margin:.9rem 0;break-inside:auto}
.story h3{margin:0 0 .3rem}
.story.critical{border-left-color:var(--critical)}.story.high{border-left-color:var(--high)}
.story.medium{border-left-color:var(--medium)}.story.low{border-left-color:var(--low)}
.level{display:inline-block;font-size:.72rem;font-weight:700;letter-spacing:.04em;border-radius:4px;
padding:.05rem .4rem;border:1px solid currentColor;vertical-align:.1em}
.critical>.level,.level.critical,.t-critical{color:var(--critical)}
.level.high,.t-high{color:var(--high)}.level.medium,.t-medium{color:var(--medium)}
.level.low,.t-low{color:var(--low)}
.t-title{font-weight:600}.t-dim{color:var(--soft)}.t-critical,.t-high{font-weight:600}
.wide{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;width:100%;font-size:.88rem}
th,td{text-align:left;vertical-align:top;padding:.28rem .7rem .28rem 0;border-bottom:1px solid var(--line)}
th{color:var(--soft);font-weight:600;white-space:nowrap}
td{overflow-wrap:anywhere;min-width:4rem}
td.when,td.fit,th.fit{white-space:nowrap;width:1%;font-variant-numeric:tabular-nums}
table.bars{table-layout:fixed}.bars td:first-child{width:34%}.bars td.n{width:5.5rem}
.ends{display:flex;justify-content:space-between;font-size:.78rem;color:var(--soft)}
td.days,th.days{min-width:9rem;width:9rem}td.soft{color:var(--soft)}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
tr.quiet td{color:var(--soft)}tr.bad td.what{color:var(--high);font-weight:600}
.stands{color:var(--high);font-weight:700}
.gone{color:var(--soft)}
.tree{background:var(--card);border-radius:6px;padding:.7rem .9rem}
.line{white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.55}
.h4{padding-left:4ch;text-indent:-4ch}.h8{padding-left:8ch;text-indent:-8ch}
.h12{padding-left:12ch;text-indent:-12ch}.h16{padding-left:16ch;text-indent:-16ch}
.h20{padding-left:20ch;text-indent:-20ch}.h24{padding-left:24ch;text-indent:-24ch}
svg{display:block;width:100%;height:auto;max-width:100%}
.b-read{fill:var(--read)}.b-change{fill:var(--change)}.b-denied{fill:var(--denied)}
.axis{stroke:var(--line);stroke-width:1}
.key{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;font-size:.85rem;color:var(--soft);margin:.2rem 0}
.key i{display:inline-block;width:.8em;height:.8em;border-radius:2px;margin-right:.4em;vertical-align:-.05em}
.key .k-read{background:var(--read)}.key .k-change{background:var(--change)}
.key .k-denied{background:var(--denied)}
details{margin:.5rem 0}summary{cursor:pointer;font-weight:600}
.warn{border:1px solid var(--medium);border-radius:6px;padding:.5rem .8rem;margin:.8rem 0}
footer{margin-top:2.5rem;padding-top:.8rem;border-top:1px solid var(--line);color:var(--soft);font-size:.85rem}
@media (max-width:40rem){body{padding:.9rem;font-size:14px}dl{grid-template-columns:1fr;gap:0}
dt{margin-top:.4rem}.h8,.h12,.h16,.h20,.h24{padding-left:4ch;text-indent:-4ch}
.flow,.flow tbody{display:block}.flow thead{display:none}
.flow tr{display:block;padding:.35rem 0;border-bottom:1px solid var(--line)}
.flow td{display:inline;border:0;padding:0 .5rem 0 0;min-width:0}
.flow td.when{display:block;color:var(--soft);font-size:.85em}
.bars td:first-child{width:45%}.bars td.n{width:3.5rem}}
@media print{:root{--ink:#000;--soft:#444;--paper:#fff;--card:#fff;--line:#bbb;--accent:#000;
--low:#444;--medium:#7a5200;--high:#a33408;--critical:#8f0e30;--read:#b9c6e4;--change:#2457c5;
--denied:#c2410c}
body{max-width:none;padding:0;font-size:10.5pt}nav{display:none}
h2,h3{break-after:avoid}tr,.card,svg,.line{break-inside:avoid}
.wide{overflow:visible}thead{display:table-header-group}
a{color:inherit;text-decoration:none}}
)";

void append(std::string& out, char c) {
  switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '"':
      out += "&quot;";
      break;
    case '\'':
      out += "&#39;";
      break;
    default:
      out += c;
  }
}

std::string bytes_of_hex(std::string_view hex) {
  const auto digit = [](char c) {
    return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
  };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  }
  return bytes;
}

}  // namespace

std::string html(std::string_view text) {
  std::string out;
  for (const char c : visible(text)) append(out, c);
  return out;
}

std::string html_marked(std::string_view text) {
  std::string out;
  for (const char c : marked(text)) {
    if (c == kOpen) {
      out += "<span class=\"odd\">";
    } else if (c == kClose) {
      out += "</span>";
    } else {
      append(out, c);
    }
  }
  return out;
}

std::string base64(std::string_view bytes) {
  static constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned three = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      three = three << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0u);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      out += i + j > bytes.size() ? '=' : kLetters[three >> (18 - 6 * j) & 63];
    }
  }
  return out;
}

std::string page(std::string_view title, std::string_view body) {
  const std::string sum = base64(bytes_of_hex(event::sha256(kStyle)));
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'sha256-" +
      sum +
      "'; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>";
  out += html(title);
  out += "</title>\n<style>";
  out += kStyle;
  out += "</style>\n</head>\n<body>\n";
  out += body;
  return out + "</body>\n</html>\n";
}

}  // namespace trailhound::show
