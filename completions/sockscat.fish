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
        chap\t'challenge-response, password not sent' gssapi\tKerberos gost-tls\t'TLS after method selection (gost)'
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
complete -c sockscat -n __sockscat_no_command -a connect -d 'open a TCP connection through the proxy'
complete -c sockscat -n __sockscat_no_command -a bind -d 'have the proxy accept one connection'
complete -c sockscat -n __sockscat_no_command -a udp -d 'exchange datagrams through the proxy'
complete -c sockscat -n __sockscat_no_command -a probe -d 'find out what a proxy supports'
complete -c sockscat -n __sockscat_no_command -a resolve -d 'look up names'
complete -c sockscat -n __sockscat_no_command -a help -d 'show help for a command'

complete -c sockscat -n __sockscat_help_operand -a connect -d 'open a TCP connection through the proxy'
complete -c sockscat -n __sockscat_help_operand -a bind -d 'have the proxy accept one connection'
complete -c sockscat -n __sockscat_help_operand -a udp -d 'exchange datagrams through the proxy'
complete -c sockscat -n __sockscat_help_operand -a probe -d 'find out what a proxy supports'
complete -c sockscat -n __sockscat_help_operand -a resolve -d 'look up names'

complete -c sockscat -n __sockscat_host_operand -a '(__fish_print_hostnames)' -d host

complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l proxy-user -x -d 'user name for the proxy'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l proxy-password-file -r -F -d 'the first line of a file is the password'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l proxy-password-fd -x -d 'the first line read from a descriptor is the password'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l proxy-ask-password -d 'ask for the password'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l proxy-cacert -r -F -d 'CAs to trust for the proxy'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l proxy-cert -r -F -d 'client certificate for the proxy'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l proxy-key -r -F -d 'key of the client certificate for the proxy'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l proxy-servername -x -a '(__fish_print_hostnames)' -d 'name expected in the certificate of the proxy'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l proxy-insecure -d 'do not verify the certificate of the proxy'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l auth -x -a '(__sockscat_auth)' -d 'methods to offer'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l gssapi-service -x -a 'socks rcmd' -d 'Kerberos service of the proxy'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l gssapi-protection -x -a 'none integrity confidentiality' -d 'protection by Kerberos'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l isolate -d 'Tor stream isolation'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l pipeline -d 'send the whole handshake in one go'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -s 4 -d 'use only IPv4 for names resolved locally'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -s 6 -d 'use only IPv6 for names resolved locally'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l trace -d 'show the handshake byte by byte'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l trace-file -r -F -d 'write the handshake to a file'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -s v -l verbose -d 'be verbose'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -s q -l quiet -d 'print nothing on stderr'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l color -x -a 'auto always never' -d 'use colour'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -l no-sandbox -d 'do not confine the process (for debugging)'
complete -c sockscat -n '__sockscat_using connect bind udp resolve probe' -s h -l help -d 'show the help'

complete -c sockscat -n '__sockscat_using connect bind udp resolve' -s x -l proxy -x -a '(__sockscat_proxies)' -d 'the proxy; repeat for a chain'
complete -c sockscat -n '__sockscat_using connect bind udp resolve' -s w -l timeout -x -d 'time limit for the whole setup'

complete -c sockscat -n '__sockscat_using connect bind udp' -l stats -d 'print a summary line at the end'
complete -c sockscat -n '__sockscat_using connect bind udp' -l report -r -F -d 'write a JSON report of the run'

complete -c sockscat -n '__sockscat_using connect resolve' -l key -r -F -d 'key of the client certificate'

complete -c sockscat -n '__sockscat_using connect bind' -l on-eof -x -a 'auto half-close close ignore' -d 'what to do at the end of stdin'
complete -c sockscat -n '__sockscat_using connect bind' -l eof-delay -x -d 'auto: silence before our side is shut down'
complete -c sockscat -n '__sockscat_using connect bind' -s N -d 'the same as --on-eof=half-close'
complete -c sockscat -n '__sockscat_using connect bind' -l linger -x -d 'exit this long after the end of stdin'
complete -c sockscat -n '__sockscat_using connect bind' -s C -l crlf -d 'send each LF of stdin as CR LF'
complete -c sockscat -n '__sockscat_using connect bind' -s d -l no-stdin -d 'do not read stdin'
complete -c sockscat -n '__sockscat_using connect bind' -l recv-only -d 'receive only'
complete -c sockscat -n '__sockscat_using connect bind' -l send-only -d 'send only'
complete -c sockscat -n '__sockscat_using connect bind' -s i -l idle-timeout -x -d 'exit after this long without traffic'
complete -c sockscat -n '__sockscat_using connect bind' -l progress -d 'show bytes and rate while running'

complete -c sockscat -n '__sockscat_using connect' -s z -l zero -d 'only set up the tunnel'
complete -c sockscat -n '__sockscat_using connect' -l jobs -x -d 'how many ports at a time'
complete -c sockscat -n '__sockscat_using connect' -s F -l fdpass -d 'pass the connected socket over stdout and exit'
complete -c sockscat -n '__sockscat_using connect' -l tls -d 'speak TLS with the target, inside the tunnel'
complete -c sockscat -n '__sockscat_using connect' -l cacert -r -F -d 'CAs to trust for the target'
complete -c sockscat -n '__sockscat_using connect' -l cert -r -F -d 'client certificate for the target'
complete -c sockscat -n '__sockscat_using connect' -l servername -x -a '(__fish_print_hostnames)' -d 'name expected in the certificate of the target'
complete -c sockscat -n '__sockscat_using connect' -l insecure -d 'do not verify the certificate of the target'
complete -c sockscat -n '__sockscat_using connect' -l alpn -x -d 'protocols to offer (ALPN)'

complete -c sockscat -n '__sockscat_using bind' -l address-file -r -F -d 'where to write the listening address'
complete -c sockscat -n '__sockscat_using bind' -l accept-timeout -x -d 'how long to wait for the connection'
complete -c sockscat -n '__sockscat_using bind' -l any-peer -d 'also accept other hosts than PEER'

complete -c sockscat -n '__sockscat_using udp' -l framing -x -a 'chunk line length json' -d 'how datagrams are separated on stdin and stdout'
complete -c sockscat -n '__sockscat_using udp' -l wait -x -d 'keep receiving this long after the end of stdin'
complete -c sockscat -n '__sockscat_using udp' -l count -x -d 'exit after this many datagrams'
complete -c sockscat -n '__sockscat_using udp' -l relay -x -a 'auto reply proxy' -d 'where to send the datagrams'

complete -c sockscat -n '__sockscat_using resolve' -l type -x -a 'A AAAA PTR CNAME MX TXT SRV NS SOA CAA HTTPS' -d 'what to ask for'
complete -c sockscat -n '__sockscat_using resolve' -l via -x -a 'auto tor udp tcp tls' -d 'how to resolve'
complete -c sockscat -n '__sockscat_using resolve' -l server -x -a '(__fish_print_hostnames)' -d 'the DNS server'
complete -c sockscat -n '__sockscat_using resolve' -l cacert -r -F -d 'CAs to trust for the DNS server'
complete -c sockscat -n '__sockscat_using resolve' -l cert -r -F -d 'client certificate for the DNS server'
complete -c sockscat -n '__sockscat_using resolve' -l servername -x -a '(__fish_print_hostnames)' -d 'name expected in the certificate of the DNS server'
complete -c sockscat -n '__sockscat_using resolve' -l insecure -d 'do not verify the certificate of the DNS server'
complete -c sockscat -n '__sockscat_using resolve' -l json -d 'one JSON object per line'

complete -c sockscat -n '__sockscat_using probe' -s x -l proxy -x -a '(__sockscat_proxies)' -d 'a hop before the proxy'
complete -c sockscat -n '__sockscat_using probe' -s w -l timeout -x -d 'time limit for each connection'
complete -c sockscat -n '__sockscat_using probe' -l target -x -d 'a server for the proxy to connect to'
complete -c sockscat -n '__sockscat_using probe' -l only -x -a '(__sockscat_list versions auth commands addresses tls latency)' -d 'groups of checks'
complete -c sockscat -n '__sockscat_using probe' -l require -x -a '(__sockscat_list connect bind udp resolve resolve-ptr ipv4 ipv6 remote-dns none password chap gssapi socks4 socks4a socks5 tls pipelining basic digest ntlm negotiate)' -d 'checks that must be yes'
complete -c sockscat -n '__sockscat_using probe' -l from -r -F -d 'read proxy URLs from a file'
complete -c sockscat -n '__sockscat_using probe' -l jobs -x -d 'how many proxies at a time'
complete -c sockscat -n '__sockscat_using probe' -l brief -d 'one line per proxy'
complete -c sockscat -n '__sockscat_using probe' -l json -d 'one JSON object per proxy, one per line'
complete -c sockscat -n __sockscat_probe_operand -a '(__sockscat_proxies)' -d proxy
