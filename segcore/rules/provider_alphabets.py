"""7-bit alphabets of providers and routes that do not take the whole standard one.

Written like the tables of `segcore.rules.alphabets`, whose docstring explains how to read them.
"""

from __future__ import annotations

from segcore.rules.alphabets import Alphabet

_TELNYX = "https://developers.telnyx.com/docs/messaging/messages/message-encoding"
_CLICKSEND = "https://help.clicksend.com/article/h474eseq3a-how-many-characters-can-i-send-in-an-sms"

TELNYX_ALPHABET = Alphabet(
    "Telnyx GSM 7-bit set",
    _TELNYX,
    r"""
@   £   $   ¥   è   é   ù   ì   ò   --  LF  Ø   ø   CR  Å   å
--  _   --  --  --  --  --  --  --  --  --  ESC Æ   æ   ß   É
SP  !   "   #   --  %   &   '   (   )   *   +   ,   -   .   /
0   1   2   3   4   5   6   7   8   9   :   ;   <   =   >   ?
¡   A   B   C   D   E   F   G   H   I   J   K   L   M   N   O
P   Q   R   S   T   U   V   W   X   Y   Z   Ä   Ö   Ñ   Ü   --
¿   a   b   c   d   e   f   g   h   i   j   k   l   m   n   o
p   q   r   s   t   u   v   w   x   y   z   ä   ö   ñ   ü   à
""",
)
"""The default alphabet without the Greek capitals, C with cedilla, currency sign and section sign."""

TELNYX_EXTENSION = Alphabet(
    "Telnyx extended characters",
    _TELNYX,
    r"""
14:^ 28:{ 29:} 2F:\ 3C:[ 3D:~ 3E:] 40:|
""",
)
"""The default extension table without the form feed and the euro sign."""

ASCII_ALPHABET = Alphabet(
    "ASCII",
    _TELNYX,
    r"""
0000 0001 0002 0003 0004 0005 0006 0007 0008 0009 LF   000B FF   CR   000E 000F
0010 0011 0012 0013 0014 0015 0016 0017 0018 0019 001A ESC  001C 001D 001E 001F
SP   !    "    #    $    %    &    '    (    )    *    +    ,    -    .    /
0    1    2    3    4    5    6    7    8    9    :    ;    <    =    >    ?
@    A    B    C    D    E    F    G    H    I    J    K    L    M    N    O
P    Q    R    S    T    U    V    W    X    Y    Z    [    \    ]    ^    _
`    a    b    c    d    e    f    g    h    i    j    k    l    m    n    o
p    q    r    s    t    u    v    w    x    y    z    {    |    }    ~    007F
""",
)
"""Every septet is its own ASCII code; only the escape, U+001B, is left out."""

CLICKSEND_ALPHABET = Alphabet(
    "default alphabet without line breaks",
    _CLICKSEND,
    r"""
@   £   $   ¥   è   é   ù   ì   ò   Ç   --  Ø   ø   --  Å   å
Δ   _   Φ   Γ   Λ   Ω   Π   Ψ   Σ   Θ   Ξ   ESC Æ   æ   ß   É
SP  !   "   #   ¤   %   &   '   (   )   *   +   ,   -   .   /
0   1   2   3   4   5   6   7   8   9   :   ;   <   =   >   ?
¡   A   B   C   D   E   F   G   H   I   J   K   L   M   N   O
P   Q   R   S   T   U   V   W   X   Y   Z   Ä   Ö   Ñ   Ü   §
¿   a   b   c   d   e   f   g   h   i   j   k   l   m   n   o
p   q   r   s   t   u   v   w   x   y   z   ä   ö   ñ   ü   à
""",
)

CLICKSEND_EXTENSION = Alphabet(
    "default extension table with line breaks",
    _CLICKSEND,
    r"""
0A:LF 0D:CR 14:^ 28:{ 29:} 2F:\ 3C:[ 3D:~ 3E:] 40:| 65:€
""",
)
"""Line feed and carriage return after the escape, because ClickSend counts each as two; no form feed."""
