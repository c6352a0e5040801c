# SPDX-License-Identifier: MIT
# Completion of sockscat for bash; needs bash-completion 2.

# Proxy URLs: the scheme, then a host name or the path of a Unix socket.
_sockscat_proxy() {
    local scheme path
    case $cur in
        *+unix://* | *://localhost/*)
            path=${cur#*://}
            path=/${path#*/}
            local prefix=${cur%"$path"}
            local IFS=$'\n'
            compopt -o nospace
            COMPREPLY=($(compgen -f -- "$path"))
            for path in "${!COMPREPLY[@]}"; do
                [[ -d ${COMPREPLY[path]} ]] && COMPREPLY[path]+=/
            done
            COMPREPLY=("${COMPREPLY[@]/#/$prefix}")
            ;;
        *://*)
            scheme=${cur%%://*}://
            _known_hosts_real -p "$scheme" -- "${cur#"$scheme"}"
            # _known_hosts_real has taken the part before the colon away already.
            return
            ;;
        *)
            local schemes=()
            for scheme in socks4 socks4a socks5 socks5h; do
                schemes+=("$scheme://" "$scheme+tls://" "$scheme+unix:///")
            done
            schemes+=(http:// https://)
            compopt -o nospace
            COMPREPLY=($(compgen -W "${schemes[*]}" -- "$cur"))
            ;;
    esac
    __ltrim_colon_completions "$cur"
}

# Words of a list that is separated by commas, each once.
_sockscat_list() {
    local prefix= word words=()
    [[ $cur == *,* ]] && prefix=${cur%,*},
    for word; do
        [[ ,$prefix == *,$word,* ]] || words+=("$word")
    done
    COMPREPLY=($(compgen -P "$prefix" -W "${words[*]}" -- "${cur#"$prefix"}"))
}

_sockscat() {
    local cur prev words cword split
    _init_completion -s -n : || return

    local commands='connect bind udp probe resolve help' command= options
    ((cword > 1)) && command=${words[1]}

    # What several commands have.
    local common='-x --proxy --proxy-user --proxy-password-file --proxy-password-fd
        --proxy-ask-password --proxy-cacert --proxy-cert --proxy-key --proxy-servername
        --proxy-insecure --auth --gssapi-service --gssapi-protection --isolate --pipeline
        -4 -6 -w --timeout --trace --trace-file -v --verbose -q --quiet --color --no-sandbox
        -h --help'
    local stream='--on-eof --eof-delay -N --linger -C --crlf -d --no-stdin --recv-only
        --send-only -i --idle-timeout --progress'
    local account='--stats --report'
    local tls='--cacert --cert --key --servername --insecure'

    case $command in
        '')
            options='-h --help --version'
            ;;
        connect)
            options="$common $stream $account $tls -z --zero --jobs -F --fdpass --tls --alpn"
            ;;
        bind)
            options="$common $stream $account --address-file --accept-timeout --any-peer"
            ;;
        udp)
            options="$common $account --framing --wait --count --relay"
            ;;
        probe)
            options="$common --target --only --require --from --jobs --brief --json"
            ;;
        resolve)
            options="$common $tls --type --via --server --json"
            ;;
        help)
            ((cword == 2)) && COMPREPLY=($(compgen -W "${commands% help}" -- "$cur"))
            return
            ;;
        *)
            return
            ;;
    esac

    # Count the operands before the cursor; after -- everything is an operand.
    local i operands=0 ended=
    for ((i = 2; i < cword; i++)); do
        case $ended${words[i]} in
            --) ended=yes ;;
            -x | --proxy | --proxy-user | --proxy-password-file | --proxy-password-fd | \
                --proxy-cacert | --proxy-cert | --proxy-key | --proxy-servername | --auth | \
                --gssapi-service | --gssapi-protection | \
                --cacert | --cert | --key | --servername | --alpn | \
                -w | --timeout | --jobs | --address-file | --accept-timeout | --on-eof | --eof-delay | \
                --linger | -i | --idle-timeout | --framing | --wait | --count | --relay | \
                --type | --via | --server | --target | --only | --require | --from | \
                --report | --trace-file | --color)
                ((++i))
                ;;
            -*) ;;
            *) ((++operands)) ;;
        esac
    done

    if [[ $command && ! $ended ]]; then
        case $prev in
            -x | --proxy)
                _sockscat_proxy
                return
                ;;
            --proxy-password-file | --proxy-cacert | --proxy-cert | --proxy-key | --cacert | \
                --cert | --key | --address-file | --from | --report | --trace-file)
                _filedir
                return
                ;;
            --proxy-servername | --servername | --server)
                _known_hosts_real -- "$cur"
                return
                ;;
            --auth)
                _sockscat_list none password chap gssapi gost-tls
                return
                ;;
            --gssapi-protection)
                COMPREPLY=($(compgen -W 'none integrity confidentiality' -- "$cur"))
                return
                ;;
            --on-eof)
                COMPREPLY=($(compgen -W 'auto half-close close ignore' -- "$cur"))
                return
                ;;
            --only)
                _sockscat_list versions auth commands addresses tls latency
                return
                ;;
            --require)
                _sockscat_list connect bind udp resolve resolve-ptr ipv4 ipv6 remote-dns none \
                    password chap gssapi socks4 socks4a socks5 tls pipelining basic digest ntlm \
                    negotiate
                return
                ;;
            --framing)
                COMPREPLY=($(compgen -W 'chunk line length json' -- "$cur"))
                return
                ;;
            --relay)
                COMPREPLY=($(compgen -W 'auto reply proxy' -- "$cur"))
                return
                ;;
            --type)
                COMPREPLY=($(compgen -W 'A AAAA PTR CNAME MX TXT SRV NS SOA CAA HTTPS' -- "$cur"))
                return
                ;;
            --via)
                COMPREPLY=($(compgen -W 'auto tor udp tcp tls' -- "$cur"))
                return
                ;;
            --color)
                COMPREPLY=($(compgen -W 'auto always never' -- "$cur"))
                return
                ;;
            --proxy-user | --proxy-password-fd | --alpn | -w | --timeout | --jobs | --accept-timeout | \
                --eof-delay | --linger | -i | --idle-timeout | --wait | --count | --target)
                return
                ;;
        esac
        [[ $split == true ]] && return
    fi

    if [[ $cur == -* && ! $ended ]]; then
        COMPREPLY=($(compgen -W "$options" -- "$cur"))
    elif [[ ! $command ]]; then
        COMPREPLY=($(compgen -W "$commands" -- "$cur"))
    elif [[ $command == probe ]]; then
        _sockscat_proxy
    elif [[ $command == resolve ]] || ((operands == 0)); then
        _known_hosts_real -- "$cur"
    fi
} &&
    complete -F _sockscat sockscat
