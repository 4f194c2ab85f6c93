// SPDX-License-Identifier: Apache-2.0
// Where a standard describes bytes in prose (`<any CHAR except CTLs or ";">`), the rule has the
// ranges instead, and says so. Two rules of one name in two standards are one here if they are one.
#include "fuzz/oracle/rules.h"

#include "fuzz/oracle/abnf.h"

namespace keyward::literal {
namespace {

constexpr std::string_view k_rules = R"abnf(
; RFC 5234 appendix B.1.
ALPHA = %x41-5A / %x61-7A
DIGIT = %x30-39
HEXDIG = DIGIT / "A" / "B" / "C" / "D" / "E" / "F"
SP = %x20
HTAB = %x09
VCHAR = %x21-7E
DQUOTE = %x22
CRLF = %x0D %x0A

; RFC 9110 sections 5.1, 5.5, 5.6.2, 5.6.3 and 5.6.4; RFC 9112
; section 5 for the line.
OWS = *( SP / HTAB )
BWS = OWS
tchar = "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "." / "^" / "_" / "`" / "|" / "~"
      / DIGIT / ALPHA
token = 1*tchar
obs-text = %x80-FF
quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE
qdtext = HTAB / SP / %x21 / %x23-5B / %x5D-7E / obs-text
quoted-pair = "\" ( HTAB / SP / VCHAR / obs-text )
field-name = token
field-value = *field-content
field-content = field-vchar [ 1*( SP / HTAB / field-vchar ) field-vchar ]
field-vchar = VCHAR / obs-text
field-line = field-name ":" OWS field-value OWS
field-block = *( field-line CRLF ) [ field-line ]

; RFC 9110 sections 11.1 to 11.4 and 11.6; the spaces are the
; glue between the parts that a parser names. RFC 6750
; section 2.1 for b64token.
auth-scheme = token
auth-param = token BWS "=" BWS ( token / quoted-string )
token68 = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
challenge = auth-scheme [ 1*SP ( token68 / #auth-param ) ]
credentials = auth-scheme [ 1*SP ( token68 / #auth-param ) ]
WWW-Authenticate = #challenge
b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
bearer-credentials = "Bearer" 1*SP b64token
no-elements = *( OWS "," OWS )
next-element = 1*( OWS "," OWS )
scheme-to-token68 = 1*SP
scheme-to-param = 1*SP no-elements
name-to-value = BWS "=" BWS

; RFC 7617 section 2: any CHAR excluding ":" and controls,
; with the bytes of other charsets.
user-pass = user-id ":" password
user-id = *( %x20-39 / %x3B-7E / obs-text )
password = *( %x20-7E / obs-text )

; RFC 4648 sections 3.2, 3.5, 4 and 5: what a group may end
; with, its unused bits being zero.
two-bits = %s"A" / %s"Q" / %s"g" / %s"w"
four-bits = two-bits / %s"E" / %s"I" / %s"M" / %s"U" / %s"Y" / %s"c" / %s"k" / %s"o" / %s"s"
      / %s"0" / %s"4" / %s"8"
standard-char = ALPHA / DIGIT / "+" / "/"
url-safe-char = ALPHA / DIGIT / "-" / "_"
standard-padded = *( 4standard-char )
      [ standard-char two-bits "==" / 2standard-char four-bits "=" ]
standard-bare = *( 4standard-char ) [ standard-char two-bits / 2standard-char four-bits ]
url-safe-padded = *( 4url-safe-char )
      [ url-safe-char two-bits "==" / 2url-safe-char four-bits "=" ]
url-safe-bare = *( 4url-safe-char ) [ url-safe-char two-bits / 2url-safe-char four-bits ]

; RFC 3986 appendix A.
URI = scheme ":" hier-part [ "?" query ] [ "#" fragment ]
hier-part = "//" authority path-abempty / path-absolute / path-rootless / path-empty
URI-reference = URI / relative-ref
absolute-URI = scheme ":" hier-part [ "?" query ]
relative-ref = relative-part [ "?" query ] [ "#" fragment ]
relative-part = "//" authority path-abempty / path-absolute / path-noscheme / path-empty
scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )
authority = [ userinfo "@" ] host [ ":" port ]
userinfo = *( unreserved / pct-encoded / sub-delims / ":" )
host = IP-literal / IPv4address / reg-name
port = *DIGIT
IP-literal = "[" ( IPv6address / IPvFuture ) "]"
IPvFuture = "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )
IPv6address = 6( h16 ":" ) ls32
      / "::" 5( h16 ":" ) ls32
      / [ h16 ] "::" 4( h16 ":" ) ls32
      / [ *1( h16 ":" ) h16 ] "::" 3( h16 ":" ) ls32
      / [ *2( h16 ":" ) h16 ] "::" 2( h16 ":" ) ls32
      / [ *3( h16 ":" ) h16 ] "::" h16 ":" ls32
      / [ *4( h16 ":" ) h16 ] "::" ls32
      / [ *5( h16 ":" ) h16 ] "::" h16
      / [ *6( h16 ":" ) h16 ] "::"
h16 = 1*4HEXDIG
ls32 = ( h16 ":" h16 ) / IPv4address
IPv4address = dec-octet "." dec-octet "." dec-octet "." dec-octet
dec-octet = DIGIT / %x31-39 DIGIT / "1" 2DIGIT / "2" %x30-34 DIGIT / "25" %x30-35
reg-name = *( unreserved / pct-encoded / sub-delims )
path-abempty = *( "/" segment )
path-absolute = "/" [ segment-nz *( "/" segment ) ]
path-noscheme = segment-nz-nc *( "/" segment )
path-rootless = segment-nz *( "/" segment )
path-empty = ""
segment = *pchar
segment-nz = 1*pchar
segment-nz-nc = 1*( unreserved / pct-encoded / sub-delims / "@" )
pchar = unreserved / pct-encoded / sub-delims / ":" / "@"
query = *( pchar / "/" / "?" )
fragment = *( pchar / "/" / "?" )
pct-encoded = "%" HEXDIG HEXDIG
unreserved = ALPHA / DIGIT / "-" / "." / "_" / "~"
sub-delims = "!" / "$" / "&" / "'" / "(" / ")" / "*" / "+" / "," / ";" / "="
percent-text = *( %x00-24 / %x26-FF / pct-encoded )

; RFC 9112 sections 3.2.1 to 3.2.4. In authority-form the host is not empty, nor is the port (RFC
; 9110 section 9.3.6).
origin-form = 1*( "/" segment ) [ "?" query ]
authority-form = ( IP-literal / 1*( unreserved / pct-encoded / sub-delims ) ) ":" 1*DIGIT
asterisk-form = "*"

; RFC 6265 section 4. An extension-av is "any CHAR except CTLs or ;", one character by the letter;
; here it is a name, and a value behind an equals sign, as every other cookie-av.
cookie-string = cookie-pair *( ";" SP cookie-pair )
cookie-pair = cookie-name "=" cookie-value
cookie-name = token
cookie-value = *cookie-octet / ( DQUOTE *cookie-octet DQUOTE )
cookie-octet = %x21 / %x23-2B / %x2D-3A / %x3C-5B / %x5D-7E
set-cookie-string = cookie-pair *( ";" SP cookie-av )
cookie-av = attribute-name [ "=" attribute-value ]
attribute-name = 1*( %x20-3A / %x3C / %x3E-7E )
attribute-value = *( %x20-3A / %x3C-7E )

; RFC 3629 section 4.
UTF8-octets = *( UTF8-char )
UTF8-char = UTF8-1 / UTF8-2 / UTF8-3 / UTF8-4
UTF8-1 = %x00-7F
UTF8-2 = %xC2-DF UTF8-tail
UTF8-3 = %xE0 %xA0-BF UTF8-tail / %xE1-EC 2( UTF8-tail ) / %xED %x80-9F UTF8-tail
      / %xEE-EF 2( UTF8-tail )
UTF8-4 = %xF0 %x90-BF 2( UTF8-tail ) / %xF1-F3 3( UTF8-tail ) / %xF4 %x80-8F 2( UTF8-tail )
UTF8-tail = %x80-BF
)abnf";

bool g_comparing = true;

const abnf::Grammar& grammar() {
  static const abnf::Grammar k_grammar(k_rules);
  return k_grammar;
}

}  // namespace

Rule::Rule(std::string_view name) : node_(grammar().rule(name)) {}

bool Rule::operator()(std::string_view text) const { return grammar().matches(node_, text); }

bool comparable(std::string_view text) { return g_comparing && text.size() < abnf::k_limit; }

void set_comparing(bool on) { g_comparing = on; }

}  // namespace keyward::literal
