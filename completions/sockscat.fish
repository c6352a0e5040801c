# SPDX-License-Identifier: MIT
# Completion of sockscat for fish.

# True while the command itself is to be named.
function __sockscat_no_command
    test (count (commandline -opc)) -eq 1
end

# True after one of the named commands.
function __sockscat_using
    set -l words (commandline -opc)
    test (count $words) -ge 2; and contains -- $words[2] $argv
end

# True where the only operand of help is to be named.
function __sockscat_help_operand
    __sockscat_using help; and test (count (commandline -opc)) -eq 2
end

# True where the first operand is to be named, a host for every command but help.
function __sockscat_host_operand
    __sockscat_using connect bind udp resolve; or return 1
    set -l words (commandline -opc)
    set -l skip
    for word in $words[3..-1]
        if test -n "$skip"
            set skip
            continue
        end
        switch $word
            case --
                continue
            case -x --proxy --proxy-user --proxy-password-file --proxy-password-fd \
                --proxy-cacert --proxy-cert --proxy-key --proxy-servername --auth \
                --gssapi-service --gssapi-protection \
                --cacert --cert --key --servername --alpn \
                -w --timeout --jobs --address-file --accept-timeout --on-eof --eof-delay \
                --linger -i --idle-timeout --framing --wait --count --relay \
                --type --via --server --target --only --require --from \
                --report --trace-file --color
                set skip yes
            case '-*'
                continue
            case '*'
                test $words[2] = resolve; or return 1
        end
    end
    test -z "$skip"
end

# True where a proxy to examine is to be named.
function __sockscat_probe_operand
    __sockscat_using probe; or return 1
    not contains -- (commandline -opc)[-1] -x --proxy --proxy-user --proxy-password-file \
        --proxy-password-fd --auth -w --timeout --target --only --require --from --jobs \
        --trace-file --color
end

# Proxy URLs: the scheme, then a host name or the path of a Unix socket.
function __sockscat_proxies
    set -l url (string replace -r -- '^(--proxy=|-x)' '' (commandline -ct))
    if set -l part (string match -r -- '^([^:]*\+unix://|[^:]*://localhost)(/.*)$' $url)
        for path in $part[3]*
            test -d $path; and set path $path/
            echo $part[2]$path
        end
    else if set -l part (string match -r -- '^([^:]*://([^@]*@)?)' $url)
        __fish_print_hostnames | string replace -r -- '^' $part[2]
    else
        printf '%s\t%s\n' \
            socks5h:// 'SOCKS5, the proxy resolves names' \
            socks5:// 'SOCKS5, this machine resolves names' \
            socks4a:// 'SOCKS4a, the proxy resolves names' \
            socks4:// 'SOCKS4, this machine resolves names' \
            socks5h+tls:// 'SOCKS5 over TLS, the proxy resolves names' \
            socks5+tls:// 'SOCKS5 over TLS, this machine resolves names' \
            socks4a+tls:// 'SOCKS4a over TLS, the proxy resolves names' \
            socks4+tls:// 'SOCKS4 over TLS, this machine resolves names' \
            http:// 'HTTP CONNECT, the proxy resolves names' \
            https:// 'HTTP CONNECT over TLS, the proxy resolves names' \
            socks5h+unix:/// 'SOCKS5 over a Unix socket, the proxy resolves names' \
            socks5+unix:/// 'SOCKS5 over a Unix socket, this machine resolves names' \
            socks4a+unix:/// 'SOCKS4a over a Unix socket, the proxy resolves names' \
            socks4+unix:/// 'SOCKS4 over a Unix socket, this machine resolves names'
    end
end

# Authentication methods, separated by commas.
function __sockscat_auth
    __sockscat_list none\t'no authentication' password\t'user name and password' \
        chap\t'user name and password, which is not sent' gssapi\tKerberos gost-tls\t'TLS after the method, as gost has it'
end

# The words of a list that is separated by commas, each once.
function __sockscat_list
    set -l list (string replace -r -- '^--[a-z]+=' '' (commandline -ct))
    set -l before (string match -r -- '^.*,' $list)
    for word in $argv
        contains -- (string split \t $word)[1] (string split , "$before"); or echo "$before$word"
    end
end

complete -c sockscat -f

complete -c sockscat -n __sockscat_no_command -s h -l help -d 'show the overview'
complete -c sockscat -n __sockscat_no_command -l version -d 'show the version'
complete -c sockscat -n __sockscat_no_command -a connect -d 'open a TCP stream through the proxy'
complete -c sockscat -n __sockscat_no_command -a bind -d 'have the proxy accept one connection'
complete -c sockscat -n __sockscat_no_command -a udp -d 'exchange datagrams through the proxy'
complete -c sockscat -n __sockscat_no_command -a probe -d 'find out what a proxy speaks, offers and does'
complete -c sockscat -n __sockscat_no_command -a resolve -d 'resolve names at the far side of the proxy'
complete -c sockscat -n __sockscat_no_command -a help -d 'show the help of a command'

complete -c sockscat -n __sockscat_help_operand -a connect -d 'open a TCP stream through the proxy'
complete -c sockscat -n __sockscat_help_operand -a bind -d 'have the proxy accept one connection'
complete -c sockscat -n __sockscat_help_operand -a udp -d 'exchange datagrams through the proxy'
complete -c sockscat -n __sockscat_help_operand -a probe -d 'find out what a proxy speaks, offers and does'
complete -c sockscat -n __sockscat_help_operand -a resolve -d 'resolve names at the far side of the proxy'

complete -c sockscat -n __sockscat_host_operand -a '(__fish_print_hostnames)' -d host

complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l proxy-user -x -d 'user name for the proxy'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l proxy-password-file -r -F -d 'first line of a file is the password'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l proxy-password-fd -x -d 'first line from a descriptor is the password'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l proxy-ask-password -d 'ask for the password'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l proxy-cacert -r -F -d 'authorities to trust for the proxy'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l proxy-cert -r -F -d 'client certificate for the proxy'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l proxy-key -r -F -d 'its key'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l proxy-servername -x -a '(__fish_print_hostnames)' -d 'name that the certificate of the proxy must be for'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l proxy-insecure -d 'do not verify the certificate of the proxy'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l auth -x -a '(__sockscat_auth)' -d 'methods to offer'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l gssapi-service -x -a 'socks rcmd' -d 'Kerberos service of the proxy'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l gssapi-protection -x -a 'none integrity confidentiality' -d 'protection by Kerberos'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l isolate -d 'Tor stream isolation'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l pipeline -d 'send the whole handshake without waiting'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -s 4 -d 'only IPv4 addresses for names resolved here'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -s 6 -d 'only IPv6 addresses for names resolved here'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l trace -d 'the handshake, byte by byte'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l trace-file -r -F -d 'the handshake, into a file'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -s v -l verbose -d 'say more'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -s q -l quiet -d 'say nothing on stderr'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l color -x -a 'auto always never' -d 'use colour'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l no-sandbox -d 'do not confine the run, for debugging'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -s h -l help -d 'show the help'

complete -c sockscat -n '__sockscat_using connect bind udp resolve' -s x -l proxy -x -a '(__sockscat_proxies)' -d 'the proxy; repeat it for a chain'
complete -c sockscat -n '__sockscat_using connect bind udp resolve' -s w -l timeout -x -d 'limit for the whole set-up'

complete -c sockscat -n '__sockscat_using connect bind udp' -l stats -d 'one closing line'
complete -c sockscat -n '__sockscat_using connect bind udp' -l report -r -F -d 'a JSON object about the run'

complete -c sockscat -n '__sockscat_using connect resolve' -l key -r -F -d 'its key'

complete -c sockscat -n '__sockscat_using connect bind' -l on-eof -x -a 'auto half-close close ignore' -d 'what end of stdin does'
complete -c sockscat -n '__sockscat_using connect bind' -l eof-delay -x -d 'auto: silence before our side is shut down'
complete -c sockscat -n '__sockscat_using connect bind' -s N -d 'the same as --on-eof=half-close'
complete -c sockscat -n '__sockscat_using connect bind' -l linger -x -d 'leave so long after end of stdin'
complete -c sockscat -n '__sockscat_using connect bind' -s C -l crlf -d 'send each LF of stdin as CR LF'
complete -c sockscat -n '__sockscat_using connect bind' -s d -l no-stdin -d 'do not read stdin'
complete -c sockscat -n '__sockscat_using connect bind' -l recv-only -d 'receive only'
complete -c sockscat -n '__sockscat_using connect bind' -l send-only -d 'send only'
complete -c sockscat -n '__sockscat_using connect bind' -s i -l idle-timeout -x -d 'leave when nothing moved for so long'
complete -c sockscat -n '__sockscat_using connect bind' -l progress -d 'live bytes and rate'

complete -c sockscat -n '__sockscat_using connect' -s z -l zero -d 'only set up the tunnel'
complete -c sockscat -n '__sockscat_using connect' -l jobs -x -d 'how many ports at a time'
complete -c sockscat -n '__sockscat_using connect' -s F -l fdpass -d 'pass the connected socket on stdout and exit'
complete -c sockscat -n '__sockscat_using connect' -l tls -d 'TLS with the destination, inside the tunnel'
complete -c sockscat -n '__sockscat_using connect' -l cacert -r -F -d 'authorities to trust for the destination'
complete -c sockscat -n '__sockscat_using connect' -l cert -r -F -d 'client certificate for the destination'
complete -c sockscat -n '__sockscat_using connect' -l servername -x -a '(__fish_print_hostnames)' -d 'name that the certificate of the destination must be for'
complete -c sockscat -n '__sockscat_using connect' -l insecure -d 'do not verify the certificate of the destination'
complete -c sockscat -n '__sockscat_using connect' -l alpn -x -d 'protocols to offer in TLS'

complete -c sockscat -n '__sockscat_using bind' -l address-file -r -F -d 'where to write the listening address'
complete -c sockscat -n '__sockscat_using bind' -l accept-timeout -x -d 'limit for the wait for the caller'
complete -c sockscat -n '__sockscat_using bind' -l any-peer -d 'take a caller that is not PEER, too'

complete -c sockscat -n '__sockscat_using udp' -l framing -x -a 'chunk line length json' -d 'how datagrams stand on stdin and stdout'
complete -c sockscat -n '__sockscat_using udp' -l wait -x -d 'go on receiving so long after end of stdin'
complete -c sockscat -n '__sockscat_using udp' -l count -x -d 'leave after so many datagrams received'
complete -c sockscat -n '__sockscat_using udp' -l relay -x -a 'auto reply proxy' -d 'where to send the datagrams'

complete -c sockscat -n '__sockscat_using resolve' -l type -x -a 'A AAAA PTR CNAME MX TXT SRV NS SOA CAA HTTPS' -d 'what to ask for'
complete -c sockscat -n '__sockscat_using resolve' -l via -x -a 'auto tor udp tcp tls' -d 'whom to ask and how'
complete -c sockscat -n '__sockscat_using resolve' -l server -x -a '(__fish_print_hostnames)' -d 'the DNS server'
complete -c sockscat -n '__sockscat_using resolve' -l cacert -r -F -d 'authorities to trust for the DNS server'
complete -c sockscat -n '__sockscat_using resolve' -l cert -r -F -d 'client certificate for the DNS server'
complete -c sockscat -n '__sockscat_using resolve' -l servername -x -a '(__fish_print_hostnames)' -d 'name that the certificate of the DNS server must be for'
complete -c sockscat -n '__sockscat_using resolve' -l insecure -d 'do not verify the certificate of the DNS server'
complete -c sockscat -n '__sockscat_using resolve' -l json -d 'a JSON object a line'

complete -c sockscat -n '__sockscat_using probe' -s x -l proxy -x -a '(__sockscat_proxies)' -d 'a hop before the proxy'
complete -c sockscat -n '__sockscat_using probe' -s w -l timeout -x -d 'limit for each connection'
complete -c sockscat -n '__sockscat_using probe' -l target -x -d 'what the proxy is to reach'
complete -c sockscat -n '__sockscat_using probe' -l only -x -a '(__sockscat_list versions auth commands addresses tls latency)' -d 'groups of checks'
complete -c sockscat -n '__sockscat_using probe' -l require -x -a '(__sockscat_list connect bind udp resolve resolve-ptr ipv4 ipv6 remote-dns none password chap gssapi socks4 socks4a socks5 tls pipelining basic digest ntlm negotiate)' -d 'checks that must be yes'
complete -c sockscat -n '__sockscat_using probe' -l from -r -F -d 'read proxy URLs from a file'
complete -c sockscat -n '__sockscat_using probe' -l jobs -x -d 'how many proxies at a time'
complete -c sockscat -n '__sockscat_using probe' -l brief -d 'one line for each proxy'
complete -c sockscat -n '__sockscat_using probe' -l json -d 'one object a line for each proxy'
complete -c sockscat -n __sockscat_probe_operand -a '(__sockscat_proxies)' -d proxy
