"""What hosts of files have to be told: types, negotiation, redirects, what is gone.

Apache negotiates by itself (mod_negotiation weighs Accept and Accept-Language as RFC 9110 says);
nginx has no such thing, so its configuration goes by the first media range and the first language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import unquote

from reviewgraph.rdf.formats import GRAPH_SYNTAXES, RDF_SYNTAXES, RESULT_JSON, RESULT_XML
from reviewgraph.release.manifest import Release
from reviewgraph.web.addresses import CONTEXT, uri
from reviewgraph.web.envelope import CORS, SECURITY
from reviewgraph.web.negotiation import LANGUAGES

APACHE: Final = ".htaccess"
NGINX: Final = "nginx.conf"

_TYPES: Final[dict[str, str]] = {
    "html": "text/html",
    "css": "text/css",
    "js": "text/javascript",
    "txt": "text/plain",
    "md": "text/markdown",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "json": "application/json",
    "xml": "application/xml",
    "atom": "application/atom+xml",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
    "gz": "application/gzip",
    "cff": "application/yaml",
    **{syntax.extension: syntax.media_type for syntax in RDF_SYNTAXES},
}
_OF_QUESTIONS: Final = {"json": RESULT_JSON.media_type, "xml": RESULT_XML.media_type}
_HEADERS: Final = {**SECURITY, **CORS}
_RELEASE: Final = "(?:/releases/[0-9a-f]+)?"
_ENDINGS: Final = "|".join(
    [
        *(rf"{lang}\.html" for lang in LANGUAGES),
        "html",
        "json",
        *(syntax.extension for syntax in GRAPH_SYNTAXES),
    ]
)
_DOCUMENT: Final = rf"{_RELEASE}/doc/(?<rg_entity>[^? ]+?)(?:\.(?:{_ENDINGS}))?"
_OTHER_JSON: Final = "questions/|search|vocab|explore|manifest|openapi|report|releases|thai-gdc"
_TREE: Final = rf"^{_RELEASE}/(?!{_OTHER_JSON}).*\.json$"
# Less than nothing prefers a page where a client takes all alike.
_LESS: Final = ";qs=0.99"


def apache(release: Release, gone: Sequence[str]) -> str:
    """``.htaccess`` for Apache 2.4 with ``AllowOverride All``.

    Args:
        release: whose site it is.
        gone: the addresses of withdrawn entities' documents.
    """
    lines = [
        "# Needs AllowOverride All, and the modules negotiation, mime, alias, rewrite, headers.",
        "Options -Indexes +MultiViews",
        "DirectorySlash Off",
        "DirectoryIndex index",
        *_apache_types(_TYPES),
        *(f"AddLanguage {lang} .{lang}" for lang in LANGUAGES),
        f"LanguagePriority {' '.join(LANGUAGES)}",
        "ForceLanguagePriority Prefer Fallback",
        f"AddCharset utf-8 {' '.join(f'.{name}' for name, kind in _TYPES.items() if _text(kind))}",
        *_apache_types(_OF_QUESTIONS, '<If "%{REQUEST_URI} =~ m#^/questions/#">', "</If>"),
        '<Files "void">',
        "ForceType 'text/turtle; charset=utf-8'",
        "</Files>",
        '<Files "SHA256SUMS">',
        "ForceType 'text/plain; charset=utf-8'",
        "</Files>",
        *(
            line
            for name in (".ht*", NGINX)
            for line in (f'<Files "{name}">', "Require all denied", "</Files>")
        ),
        f'RedirectMatch 303 "^({_RELEASE})/id/(.+)$" "$1/doc/$2"',
        "RewriteEngine On",
        "# A query needs the server itself: nobody shall take the form for its answer.",
        'RewriteCond "%{THE_REQUEST}" "^[A-Z]+ /sparql[?].*query="',
        "RewriteRule ^sparql - [R=404,L]",
        f'RewriteCond "%{{THE_REQUEST}}" "^[A-Z]+ {_DOCUMENT}(?:[?][^ ]*)? HTTP"',
        "RewriteRule ^ - [E=RG_ENTITY:%1]",
    ]
    if gone:
        lines += [
            "ErrorDocument 410 /.gone%{REQUEST_URI}",
            'RewriteRule "^\\.gone/(.+)$" "$1" [L]',
            'RewriteCond "%{ENV:REDIRECT_STATUS}" "^$"',
            f'RewriteRule "^(?:{_alternatives(gone)})$" - [G,NS]',
        ]
    lines += _apache_folders()
    lines += [f'Header always set {name} "{value}"' for name, value in _HEADERS.items()]
    lines += [
        'Header merge Vary "Accept, Accept-Language"',
        f'Header set Link "{_links(release, "%{RG_ENTITY}e")}" env=RG_ENTITY',
        f'Header append Link "{_escaped(_context())}" "expr=%{{REQUEST_URI}} =~ m#{_TREE}#"',
        'Header edit Content-Type "; *qs=[0-9.]+" ""',
    ]
    return "\n".join(lines) + "\n"


def nginx(release: Release, gone: Sequence[str]) -> str:
    """A server for nginx, to be included in its ``http`` block once ``root`` is right.

    Args:
        release: whose site it is.
        gone: the addresses of withdrawn entities' documents.
    """
    wanted = [
        f'    "~*^\\s*{re.escape(media_type)}" {ending};'
        for ending, media_types in (
            *((syntax.extension, syntax.media_types) for syntax in RDF_SYNTAXES),
            ("json", ("application/json",)),
            ("csv", ("text/csv",)),
        )
        for media_type in media_types
    ]
    others = [lang for lang in LANGUAGES if lang != LANGUAGES[0]]
    withdrawn = sorted({*gone, *map(without_ending, gone)})
    lines = [
        "map $http_accept $rg_ending {",
        "    default html;",
        *wanted,
        "}",
        "map $http_accept_language $rg_language {",
        f"    default {LANGUAGES[0]};",
        *(f'    "~*^\\s*{lang}" {lang};' for lang in others),
        "}",
        "map $request_uri $rg_links {",
        '    default "";',
        f'    "~^{_DOCUMENT}(?:[?].*)?$" "{_links(release, "$rg_entity")}";',
        "}",
        "map $uri $rg_context {",
        '    default "";',
        f'    "~{_TREE}" "{_escaped(_context())}";',
        "}",
        "map $uri $rg_gone {",
        "    default 0;",
        *(f'    "~^{_escaped(re.escape(unquote(address)))}$" 1;' for address in withdrawn),
        "}",
        "server {",
        "    listen 8080;",
        "    root /srv/www;  # the folder of this file",
        "    default_type text/plain;",
        "    charset utf-8;",
        f"    charset_types {' '.join(_charset_types())};",
        *_nginx_types(_TYPES, 4),
        *(f'    add_header {name} "{value}" always;' for name, value in _HEADERS.items()),
        "    add_header Link $rg_links;",
        "    add_header Link $rg_context;",
        '    add_header Vary "Accept, Accept-Language";',
        "    error_page 410 /.gone$uri;",
        f"    location = /{NGINX} {{ return 404; }}",
        "    location ~ /\\.ht { return 404; }",
        "    location = / { try_files /index.$rg_language.html =404; }",
        f'    location ~ "^{_RELEASE}/id/" {{',
        f'        if ($request_uri ~ "^({_RELEASE})/id/([^?]+)") {{ return 303 $1/doc/$2; }}',
        "        return 404;",
        "    }",
        "    # A query needs the server itself: nobody shall take the form for its answer.",
        "    location = /sparql {",
        "        if ($arg_query) { return 404; }",
        "        try_files /sparql.$rg_language.html =404;",
        "    }",
        "    location = /.well-known/void { types { } default_type text/turtle; }",
        "    location ^~ /.gone/ {",
        "        internal;",
        "        rewrite ^/\\.gone(/.*)$ $1 break;",
        "        try_files $uri $uri.$rg_language.$rg_ending $uri.$rg_ending =404;",
        "    }",
        "    location ^~ /questions/ {",
        *_nginx_types({**_TYPES, **_OF_QUESTIONS}, 8),
        "        try_files $uri $uri.$rg_language.$rg_ending $uri.$rg_ending =404;",
        "    }",
        "    location / {",
        "        if ($rg_gone) { return 410; }",
        "        try_files $uri $uri.$rg_language.$rg_ending $uri.$rg_ending =404;",
        "    }",
        "}",
    ]
    return "\n".join(lines) + "\n"


def _apache_folders() -> list[str]:
    """Apache does not negotiate where a folder is called so, nor what it says besides a 410."""
    wanted = [
        (syntax.extension, media_type)
        for syntax in GRAPH_SYNTAXES
        for media_type in syntax.media_types
    ]
    wanted.append(("json", "application/json"))
    choices = [
        (ending, f'RewriteCond "%{{HTTP_ACCEPT}}" "^ *{re.escape(media_type)}" [NC]')
        for ending, media_type in wanted
    ]
    choices += [
        (f"{lang}.html", f'RewriteCond "%{{HTTP:Accept-Language}}" "^ *{pattern}" [NC]')
        for lang, pattern in ((LANGUAGES[1], LANGUAGES[1]), (LANGUAGES[0], ""))
    ]
    return [
        line
        for ending, condition in choices
        for line in (
            'RewriteCond "%{REQUEST_FILENAME}" !-f',
            f'RewriteCond "%{{REQUEST_FILENAME}}.{ending}" -f',
            condition,
            f'RewriteRule "^(.+?)/?$" "$1.{ending}" [L]',
        )
    ]


def _apache_types(types: dict[str, str], begin: str = "", end: str = "") -> list[str]:
    lines = [
        f"AddType '{kind}{'' if name == 'html' else _LESS}' .{name}" for name, kind in types.items()
    ]
    return [begin, *lines, end] if begin else lines


def _nginx_types(types: dict[str, str], indent: int) -> list[str]:
    margin = " " * indent
    lines = (f"{margin}    {kind} {name};" for name, kind in types.items())
    return [f"{margin}types {{", *lines, f"{margin}}}"]


def _charset_types() -> list[str]:
    """Those that nginx does not take for text by itself."""
    return sorted({kind for kind in _TYPES.values() if _text(kind)} - {"text/html"})


def _text(media_type: str) -> bool:
    return media_type.startswith("text/")


def _links(release: Release, entity: str) -> str:
    iri = f"{uri(release.base)}id/{entity}"
    told = [f'<{iri}>; rel="{relation}"' for relation in ("cite-as", "canonical")]
    return _escaped(", ".join([*told, f'<{uri(release.license)}>; rel="license"']))


def _context() -> str:
    return f'<{CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'


def _escaped(text: str) -> str:
    """In double quotes of a configuration."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def without_ending(address: str) -> str:
    """The negotiated address of a document's representation."""
    return re.sub(rf"\.(?:{_ENDINGS})$", "", address)


def _alternatives(addresses: Iterable[str]) -> str:
    """The addresses as a pattern, as mod_rewrite sees them in the folder's own configuration."""
    paths = {unquote(address).lstrip("/") for address in addresses}
    paths |= {without_ending(path) for path in paths}
    return "|".join(re.escape(path) for path in sorted(paths))
