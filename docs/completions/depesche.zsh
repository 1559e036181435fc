#compdef depesche

autoload -U is-at-least

_depesche() {
    typeset -A opt_args
    typeset -a _arguments_options
    local ret=1

    if is-at-least 5.2; then
        _arguments_options=(-s -S -C)
    else
        _arguments_options=(-s -C)
    fi

    local context curcontext="$curcontext" state line
    _arguments "${_arguments_options[@]}" : \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_depesche_commands" \
"*::: :->depesche" \
&& ret=0
    case $state in
    (depesche)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:depesche-command-$line[1]:"
        case $line[1] in
            (demo)
_arguments "${_arguments_options[@]}" : \
'--listen=[Address of console, metrics and health; port 0 takes a free one]:HOST:PORT:_default' \
'--log=[Logs of the service, as \`info\` or \`depesche=debug\`]:FILTER:_default' \
'--once[Serves everything at once, and ends with a summary when the last incident is published]' \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(run)
_arguments "${_arguments_options[@]}" : \
'-c+[Configuration file \[default\: built-in defaults and environment\]]:FILE:_files' \
'--config=[Configuration file \[default\: built-in defaults and environment\]]:FILE:_files' \
'*--stages=[Stages to run in this process, separated by commas]:STAGES:_default' \
'--embedded-broker[Runs a broker inside the process\: memory only, to try your own feeds without a Kafka]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(check)
_arguments "${_arguments_options[@]}" : \
'-c+[Configuration file \[default\: built-in defaults and environment\]]:FILE:_files' \
'--config=[Configuration file \[default\: built-in defaults and environment\]]:FILE:_files' \
'--offline[Neither asks Kafka nor feeds]' \
'(--offline)--feeds[Asks each feed, too; a feed that fails is told and is no mistake of the configuration]' \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(topics)
_arguments "${_arguments_options[@]}" : \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_depesche__subcmd__topics_commands" \
"*::: :->topics" \
&& ret=0

    case $state in
    (topics)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:depesche-topics-command-$line[1]:"
        case $line[1] in
            (create)
_arguments "${_arguments_options[@]}" : \
'-c+[Configuration file \[default\: built-in defaults and environment\]]:FILE:_files' \
'--config=[Configuration file \[default\: built-in defaults and environment\]]:FILE:_files' \
'--brokers=[Brokers, instead of those of the configuration]:HOST:PORT,…:_default' \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_depesche__subcmd__topics__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:depesche-topics-help-command-$line[1]:"
        case $line[1] in
            (create)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(extract)
_arguments "${_arguments_options[@]}" : \
'--published=[Publication\: a day or an RFC 3339 moment; what "am Dienstag" refers to \[default\: now\]]:TIME:_default' \
'--lang=[Language (BCP 47) \[default\: recognised\]]:LANG:_default' \
'--title=[Headline]:TITLE:_default' \
'-c+[Configuration file \[default\: built-in defaults and environment\]]:FILE:_files' \
'--config=[Configuration file \[default\: built-in defaults and environment\]]:FILE:_files' \
'(--jsonl)--explain[Shows each field with its words and the rule that read them]' \
'--jsonl[Reads many from standard input, one JSON object a line\: \`id\`, \`text\`, and as wanted \`title\`, \`published\`, \`lang\`, \`url\`, \`country\`; answers a line each\: \`id\`, \`reports\`]' \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
'::input -- Text file, `http(s)` address of an article, or `-` for standard input:_default' \
&& ret=0
;;
(eval)
_arguments "${_arguments_options[@]}" : \
'--errors=[Shows so many mistakes]:N:_default' \
'-c+[Configuration file \[default\: built-in defaults and environment\]]:FILE:_files' \
'--config=[Configuration file \[default\: built-in defaults and environment\]]:FILE:_files' \
'--json[Prints the scores, by type and calibration included, as JSON]' \
'--types[Shows detection by type]' \
'--calibration[Shows how often values of each confidence are right]' \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
'*::gold -- Gold files, or folders of them (their subfolders are sets of their own):_files' \
&& ret=0
;;
(feeds)
_arguments "${_arguments_options[@]}" : \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_depesche__subcmd__feeds_commands" \
"*::: :->feeds" \
&& ret=0

    case $state in
    (feeds)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:depesche-feeds-command-$line[1]:"
        case $line[1] in
            (check)
_arguments "${_arguments_options[@]}" : \
'-c+[Configuration file \[default\: built-in defaults and environment\]]:FILE:_files' \
'--config=[Configuration file \[default\: built-in defaults and environment\]]:FILE:_files' \
'--sites=[Sites asked at once; of one site, one feed at a time]:SITES:_default' \
'--json[One JSON object a line for each feed, as soon as it has answered]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::what -- Addresses, feed list files and OPML files \[default\: all feeds of the configuration\]:_default' \
&& ret=0
;;
(import)
_arguments "${_arguments_options[@]}" : \
'--outlet=[Outlet of all feeds \[default\: the title of each\]]:OUTLET:_default' \
'--lang=[Language of feeds that state none (BCP 47)]:LANG:_default' \
'--country=[Country of all feeds (ISO 3166-1 alpha-2)]:CC:_default' \
'-o+[A new file for the list \[default\: standard output\]]:FILE:_files' \
'--output=[A new file for the list \[default\: standard output\]]:FILE:_files' \
'--no-pages[Takes the feeds'\'' own texts\: the article pages are not fetched]' \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
':file -- OPML file, or `-` for standard input:_default' \
&& ret=0
;;
(export)
_arguments "${_arguments_options[@]}" : \
'-c+[Configuration file \[default\: built-in defaults and environment\]]:FILE:_files' \
'--config=[Configuration file \[default\: built-in defaults and environment\]]:FILE:_files' \
'--title=[Title of the list]:TITLE:_default' \
'-o+[A new file for the OPML \[default\: standard output\]]:FILE:_files' \
'--output=[A new file for the OPML \[default\: standard output\]]:FILE:_files' \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
'*::files -- Feed list files \[default\: all feeds of the configuration\]:_files' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_depesche__subcmd__feeds__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:depesche-feeds-help-command-$line[1]:"
        case $line[1] in
            (check)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(import)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(export)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(inspect)
_arguments "${_arguments_options[@]}" : \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_depesche__subcmd__inspect_commands" \
"*::: :->inspect" \
&& ret=0

    case $state in
    (inspect)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:depesche-inspect-command-$line[1]:"
        case $line[1] in
            (feed)
_arguments "${_arguments_options[@]}" : \
'--content-type=[Content type as the server gave it]:CONTENT_TYPE:_default' \
'--url=[Address the feed was fetched from\: what relative links refer to]:URL:_default' \
'--jsonl[Reads many from standard input, one JSON object a line\: \`id\`, and \`text\` (or \`feed\`, \`xml\`) or \`base64\`, and as wanted \`content_type\`, \`url\`; answers a line each]' \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
'::file -- File, or `-` for standard input:_default' \
&& ret=0
;;
(page)
_arguments "${_arguments_options[@]}" : \
'--content-type=[Content type as the server gave it]:CONTENT_TYPE:_default' \
'--url=[Address the page was fetched from]:URL:_default' \
'--quality=[How the text is found\: \`single\` by the best reader, \`vote\` by several]:QUALITY:_default' \
'--zone=[Time zone (IANA, as \`Europe/Berlin\`) of times without one \[default\: UTC\]]:ZONE:_default' \
'--jsonl[Reads many from standard input, one JSON object a line\: \`id\`, \`html\` or \`base64\`, and as wanted \`content_type\`, \`url\`, \`quality\`, \`zone\`; answers a line each]' \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
'::file -- File, or `-` for standard input:_default' \
&& ret=0
;;
(text)
_arguments "${_arguments_options[@]}" : \
'--published=[Publication\: what relative times refer to \[default\: now\]]:PUBLISHED:_default' \
'--lang=[Language (BCP 47), a hint]:LANG:_default' \
'--jsonl[Reads many from standard input, one JSON object a line\: \`id\`, \`text\`, and as wanted \`title\`, \`published\`, \`lang\`, \`country\`, \`toponyms\` (\`\[\[start, end\], …\]\`\: resolve just these); answers a line each]' \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
'::file -- File, or `-` for standard input:_default' \
&& ret=0
;;
(pair)
_arguments "${_arguments_options[@]}" : \
'--jsonl[Reads many from standard input, one JSON object a line\: \`id\`, \`a\`, \`b\`; answers a line each]' \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
'::a -- First file:_default' \
'::b -- Second file:_default' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_depesche__subcmd__inspect__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:depesche-inspect-help-command-$line[1]:"
        case $line[1] in
            (feed)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(page)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(text)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(pair)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(tail)
_arguments "${_arguments_options[@]}" : \
'-c+[Configuration file \[default\: built-in defaults and environment\]]:FILE:_files' \
'--config=[Configuration file \[default\: built-in defaults and environment\]]:FILE:_files' \
'--brokers=[Brokers, instead of those of the configuration]:HOST:PORT,…:_default' \
'--topic=[Topic\: incidents, reports, articles, feeds, fingerprints or dead-letters]:TOPIC:_default' \
'--type=[Only this type or group of the taxonomy (incidents and reports)]:TYPE:_default' \
'--country=[Only with this country among the event'\''s places (incidents and reports)]:CC:_default' \
'--severity=[Only from this severity on, 0 to 10 (incidents)]:N:_default' \
'--json[Whole messages as JSON, one a line, with key, headers and position]' \
'--new[Only what comes from now on \[default\: from the beginning\]]' \
'(--new)--once[Ends at the present end of the topic]' \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(replay)
_arguments "${_arguments_options[@]}" : \
'-c+[Configuration file \[default\: built-in defaults and environment\]]:FILE:_files' \
'--config=[Configuration file \[default\: built-in defaults and environment\]]:FILE:_files' \
'--brokers=[Brokers, instead of those of the configuration]:HOST:PORT,…:_default' \
'--since=[Articles first seen from this moment on (RFC 3339, or a date)]:TIME:_default' \
'--until=[Articles first seen before this moment \[default\: all\]]:TIME:_default' \
'--to=[Prefix of the topics that are written, as \`replay.\`; not the service'\''s own]:PREFIX:_default' \
'--examples=[Shows so many incidents of each kind of difference]:N:_default' \
'--json[Prints what differs as JSON]' \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(dead-letters)
_arguments "${_arguments_options[@]}" : \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_depesche__subcmd__dead-letters_commands" \
"*::: :->dead-letters" \
&& ret=0

    case $state in
    (dead-letters)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:depesche-dead-letters-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
'-c+[Configuration file \[default\: built-in defaults and environment\]]:FILE:_files' \
'--config=[Configuration file \[default\: built-in defaults and environment\]]:FILE:_files' \
'--brokers=[Brokers, instead of those of the configuration]:HOST:PORT,…:_default' \
'--stage=[Only from this stage]:STAGE:_default' \
'--reason=[Only for this reason, as \`unreadable\` or \`too_large\`]:REASON:_default' \
'--at=[Only this one, as \`list\` names it]:PARTITION/OFFSET:_default' \
'--json[Whole records as JSON, one a line]' \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(replay)
_arguments "${_arguments_options[@]}" : \
'-c+[Configuration file \[default\: built-in defaults and environment\]]:FILE:_files' \
'--config=[Configuration file \[default\: built-in defaults and environment\]]:FILE:_files' \
'--brokers=[Brokers, instead of those of the configuration]:HOST:PORT,…:_default' \
'--stage=[Only from this stage]:STAGE:_default' \
'--reason=[Only for this reason, as \`unreadable\` or \`too_large\`]:REASON:_default' \
'--at=[Only this one, as \`list\` names it]:PARTITION/OFFSET:_default' \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_depesche__subcmd__dead-letters__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:depesche-dead-letters-help-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(replay)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(schema)
_arguments "${_arguments_options[@]}" : \
'-c+[Configuration file \[default\: built-in defaults and environment\]]:FILE:_files' \
'--config=[Configuration file \[default\: built-in defaults and environment\]]:FILE:_files' \
'()--asyncapi[The AsyncAPI document of the topics instead]' \
'(--asyncapi)--openapi[The OpenAPI document of the console'\''s API instead]' \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
'::name -- One schema, as `depesche.incident/1` or `incident` \[default\: all, by name\]:_default' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_depesche__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:depesche-help-command-$line[1]:"
        case $line[1] in
            (demo)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(run)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(check)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(topics)
_arguments "${_arguments_options[@]}" : \
":: :_depesche__subcmd__help__subcmd__topics_commands" \
"*::: :->topics" \
&& ret=0

    case $state in
    (topics)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:depesche-help-topics-command-$line[1]:"
        case $line[1] in
            (create)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(extract)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(eval)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(feeds)
_arguments "${_arguments_options[@]}" : \
":: :_depesche__subcmd__help__subcmd__feeds_commands" \
"*::: :->feeds" \
&& ret=0

    case $state in
    (feeds)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:depesche-help-feeds-command-$line[1]:"
        case $line[1] in
            (check)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(import)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(export)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(inspect)
_arguments "${_arguments_options[@]}" : \
":: :_depesche__subcmd__help__subcmd__inspect_commands" \
"*::: :->inspect" \
&& ret=0

    case $state in
    (inspect)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:depesche-help-inspect-command-$line[1]:"
        case $line[1] in
            (feed)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(page)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(text)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(pair)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(tail)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(replay)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(dead-letters)
_arguments "${_arguments_options[@]}" : \
":: :_depesche__subcmd__help__subcmd__dead-letters_commands" \
"*::: :->dead-letters" \
&& ret=0

    case $state in
    (dead-letters)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:depesche-help-dead-letters-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(replay)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
(schema)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
}

(( $+functions[_depesche_commands] )) ||
_depesche_commands() {
    local commands; commands=(
'demo:The whole service with sample feeds and an in-process broker; needs nothing installed' \
'run:The service' \
'check:Checks configuration, feed list and lexicons, reaches Kafka and compares its topics' \
'topics:Looks after the Kafka topics' \
'extract:One article in, reports out as JSON' \
'eval:Scores the extractor on gold files' \
'feeds:Looks after feed lists\: asks each feed once, reads and writes OPML' \
'inspect:Shows what is made of a feed, a page, a text or a pair of texts, as JSON' \
'tail:Follows a topic' \
'replay:Rebuilds incidents from stored articles with the current rules, and tells what would differ' \
'dead-letters:Lists what failed and why, or sends it again' \
'schema:Prints the contracts\: JSON Schema of all values, or AsyncAPI of all topics' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'depesche commands' commands "$@"
}
(( $+functions[_depesche__subcmd__check_commands] )) ||
_depesche__subcmd__check_commands() {
    local commands; commands=()
    _describe -t commands 'depesche check commands' commands "$@"
}
(( $+functions[_depesche__subcmd__dead-letters_commands] )) ||
_depesche__subcmd__dead-letters_commands() {
    local commands; commands=(
'list:Lists what failed and why' \
'replay:Sends records again to the topic they came from. Cut ones are left out' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'depesche dead-letters commands' commands "$@"
}
(( $+functions[_depesche__subcmd__dead-letters__subcmd__help_commands] )) ||
_depesche__subcmd__dead-letters__subcmd__help_commands() {
    local commands; commands=(
'list:Lists what failed and why' \
'replay:Sends records again to the topic they came from. Cut ones are left out' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'depesche dead-letters help commands' commands "$@"
}
(( $+functions[_depesche__subcmd__dead-letters__subcmd__help__subcmd__help_commands] )) ||
_depesche__subcmd__dead-letters__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'depesche dead-letters help help commands' commands "$@"
}
(( $+functions[_depesche__subcmd__dead-letters__subcmd__help__subcmd__list_commands] )) ||
_depesche__subcmd__dead-letters__subcmd__help__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'depesche dead-letters help list commands' commands "$@"
}
(( $+functions[_depesche__subcmd__dead-letters__subcmd__help__subcmd__replay_commands] )) ||
_depesche__subcmd__dead-letters__subcmd__help__subcmd__replay_commands() {
    local commands; commands=()
    _describe -t commands 'depesche dead-letters help replay commands' commands "$@"
}
(( $+functions[_depesche__subcmd__dead-letters__subcmd__list_commands] )) ||
_depesche__subcmd__dead-letters__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'depesche dead-letters list commands' commands "$@"
}
(( $+functions[_depesche__subcmd__dead-letters__subcmd__replay_commands] )) ||
_depesche__subcmd__dead-letters__subcmd__replay_commands() {
    local commands; commands=()
    _describe -t commands 'depesche dead-letters replay commands' commands "$@"
}
(( $+functions[_depesche__subcmd__demo_commands] )) ||
_depesche__subcmd__demo_commands() {
    local commands; commands=()
    _describe -t commands 'depesche demo commands' commands "$@"
}
(( $+functions[_depesche__subcmd__eval_commands] )) ||
_depesche__subcmd__eval_commands() {
    local commands; commands=()
    _describe -t commands 'depesche eval commands' commands "$@"
}
(( $+functions[_depesche__subcmd__extract_commands] )) ||
_depesche__subcmd__extract_commands() {
    local commands; commands=()
    _describe -t commands 'depesche extract commands' commands "$@"
}
(( $+functions[_depesche__subcmd__feeds_commands] )) ||
_depesche__subcmd__feeds_commands() {
    local commands; commands=(
'check:Asks each feed once and tells how it answers and reads' \
'import:Makes a feed list of an OPML file' \
'export:Writes feeds as OPML 2.0, for any feed reader' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'depesche feeds commands' commands "$@"
}
(( $+functions[_depesche__subcmd__feeds__subcmd__check_commands] )) ||
_depesche__subcmd__feeds__subcmd__check_commands() {
    local commands; commands=()
    _describe -t commands 'depesche feeds check commands' commands "$@"
}
(( $+functions[_depesche__subcmd__feeds__subcmd__export_commands] )) ||
_depesche__subcmd__feeds__subcmd__export_commands() {
    local commands; commands=()
    _describe -t commands 'depesche feeds export commands' commands "$@"
}
(( $+functions[_depesche__subcmd__feeds__subcmd__help_commands] )) ||
_depesche__subcmd__feeds__subcmd__help_commands() {
    local commands; commands=(
'check:Asks each feed once and tells how it answers and reads' \
'import:Makes a feed list of an OPML file' \
'export:Writes feeds as OPML 2.0, for any feed reader' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'depesche feeds help commands' commands "$@"
}
(( $+functions[_depesche__subcmd__feeds__subcmd__help__subcmd__check_commands] )) ||
_depesche__subcmd__feeds__subcmd__help__subcmd__check_commands() {
    local commands; commands=()
    _describe -t commands 'depesche feeds help check commands' commands "$@"
}
(( $+functions[_depesche__subcmd__feeds__subcmd__help__subcmd__export_commands] )) ||
_depesche__subcmd__feeds__subcmd__help__subcmd__export_commands() {
    local commands; commands=()
    _describe -t commands 'depesche feeds help export commands' commands "$@"
}
(( $+functions[_depesche__subcmd__feeds__subcmd__help__subcmd__help_commands] )) ||
_depesche__subcmd__feeds__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'depesche feeds help help commands' commands "$@"
}
(( $+functions[_depesche__subcmd__feeds__subcmd__help__subcmd__import_commands] )) ||
_depesche__subcmd__feeds__subcmd__help__subcmd__import_commands() {
    local commands; commands=()
    _describe -t commands 'depesche feeds help import commands' commands "$@"
}
(( $+functions[_depesche__subcmd__feeds__subcmd__import_commands] )) ||
_depesche__subcmd__feeds__subcmd__import_commands() {
    local commands; commands=()
    _describe -t commands 'depesche feeds import commands' commands "$@"
}
(( $+functions[_depesche__subcmd__help_commands] )) ||
_depesche__subcmd__help_commands() {
    local commands; commands=(
'demo:The whole service with sample feeds and an in-process broker; needs nothing installed' \
'run:The service' \
'check:Checks configuration, feed list and lexicons, reaches Kafka and compares its topics' \
'topics:Looks after the Kafka topics' \
'extract:One article in, reports out as JSON' \
'eval:Scores the extractor on gold files' \
'feeds:Looks after feed lists\: asks each feed once, reads and writes OPML' \
'inspect:Shows what is made of a feed, a page, a text or a pair of texts, as JSON' \
'tail:Follows a topic' \
'replay:Rebuilds incidents from stored articles with the current rules, and tells what would differ' \
'dead-letters:Lists what failed and why, or sends it again' \
'schema:Prints the contracts\: JSON Schema of all values, or AsyncAPI of all topics' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'depesche help commands' commands "$@"
}
(( $+functions[_depesche__subcmd__help__subcmd__check_commands] )) ||
_depesche__subcmd__help__subcmd__check_commands() {
    local commands; commands=()
    _describe -t commands 'depesche help check commands' commands "$@"
}
(( $+functions[_depesche__subcmd__help__subcmd__dead-letters_commands] )) ||
_depesche__subcmd__help__subcmd__dead-letters_commands() {
    local commands; commands=(
'list:Lists what failed and why' \
'replay:Sends records again to the topic they came from. Cut ones are left out' \
    )
    _describe -t commands 'depesche help dead-letters commands' commands "$@"
}
(( $+functions[_depesche__subcmd__help__subcmd__dead-letters__subcmd__list_commands] )) ||
_depesche__subcmd__help__subcmd__dead-letters__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'depesche help dead-letters list commands' commands "$@"
}
(( $+functions[_depesche__subcmd__help__subcmd__dead-letters__subcmd__replay_commands] )) ||
_depesche__subcmd__help__subcmd__dead-letters__subcmd__replay_commands() {
    local commands; commands=()
    _describe -t commands 'depesche help dead-letters replay commands' commands "$@"
}
(( $+functions[_depesche__subcmd__help__subcmd__demo_commands] )) ||
_depesche__subcmd__help__subcmd__demo_commands() {
    local commands; commands=()
    _describe -t commands 'depesche help demo commands' commands "$@"
}
(( $+functions[_depesche__subcmd__help__subcmd__eval_commands] )) ||
_depesche__subcmd__help__subcmd__eval_commands() {
    local commands; commands=()
    _describe -t commands 'depesche help eval commands' commands "$@"
}
(( $+functions[_depesche__subcmd__help__subcmd__extract_commands] )) ||
_depesche__subcmd__help__subcmd__extract_commands() {
    local commands; commands=()
    _describe -t commands 'depesche help extract commands' commands "$@"
}
(( $+functions[_depesche__subcmd__help__subcmd__feeds_commands] )) ||
_depesche__subcmd__help__subcmd__feeds_commands() {
    local commands; commands=(
'check:Asks each feed once and tells how it answers and reads' \
'import:Makes a feed list of an OPML file' \
'export:Writes feeds as OPML 2.0, for any feed reader' \
    )
    _describe -t commands 'depesche help feeds commands' commands "$@"
}
(( $+functions[_depesche__subcmd__help__subcmd__feeds__subcmd__check_commands] )) ||
_depesche__subcmd__help__subcmd__feeds__subcmd__check_commands() {
    local commands; commands=()
    _describe -t commands 'depesche help feeds check commands' commands "$@"
}
(( $+functions[_depesche__subcmd__help__subcmd__feeds__subcmd__export_commands] )) ||
_depesche__subcmd__help__subcmd__feeds__subcmd__export_commands() {
    local commands; commands=()
    _describe -t commands 'depesche help feeds export commands' commands "$@"
}
(( $+functions[_depesche__subcmd__help__subcmd__feeds__subcmd__import_commands] )) ||
_depesche__subcmd__help__subcmd__feeds__subcmd__import_commands() {
    local commands; commands=()
    _describe -t commands 'depesche help feeds import commands' commands "$@"
}
(( $+functions[_depesche__subcmd__help__subcmd__help_commands] )) ||
_depesche__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'depesche help help commands' commands "$@"
}
(( $+functions[_depesche__subcmd__help__subcmd__inspect_commands] )) ||
_depesche__subcmd__help__subcmd__inspect_commands() {
    local commands; commands=(
'feed:Verdict, repairs, feed fields and entries as read' \
'page:Title, date, author, canonical URL, language and text' \
'text:Language, sentences, and every time, place, number and name' \
'pair:Fingerprints and similarity of two texts' \
    )
    _describe -t commands 'depesche help inspect commands' commands "$@"
}
(( $+functions[_depesche__subcmd__help__subcmd__inspect__subcmd__feed_commands] )) ||
_depesche__subcmd__help__subcmd__inspect__subcmd__feed_commands() {
    local commands; commands=()
    _describe -t commands 'depesche help inspect feed commands' commands "$@"
}
(( $+functions[_depesche__subcmd__help__subcmd__inspect__subcmd__page_commands] )) ||
_depesche__subcmd__help__subcmd__inspect__subcmd__page_commands() {
    local commands; commands=()
    _describe -t commands 'depesche help inspect page commands' commands "$@"
}
(( $+functions[_depesche__subcmd__help__subcmd__inspect__subcmd__pair_commands] )) ||
_depesche__subcmd__help__subcmd__inspect__subcmd__pair_commands() {
    local commands; commands=()
    _describe -t commands 'depesche help inspect pair commands' commands "$@"
}
(( $+functions[_depesche__subcmd__help__subcmd__inspect__subcmd__text_commands] )) ||
_depesche__subcmd__help__subcmd__inspect__subcmd__text_commands() {
    local commands; commands=()
    _describe -t commands 'depesche help inspect text commands' commands "$@"
}
(( $+functions[_depesche__subcmd__help__subcmd__replay_commands] )) ||
_depesche__subcmd__help__subcmd__replay_commands() {
    local commands; commands=()
    _describe -t commands 'depesche help replay commands' commands "$@"
}
(( $+functions[_depesche__subcmd__help__subcmd__run_commands] )) ||
_depesche__subcmd__help__subcmd__run_commands() {
    local commands; commands=()
    _describe -t commands 'depesche help run commands' commands "$@"
}
(( $+functions[_depesche__subcmd__help__subcmd__schema_commands] )) ||
_depesche__subcmd__help__subcmd__schema_commands() {
    local commands; commands=()
    _describe -t commands 'depesche help schema commands' commands "$@"
}
(( $+functions[_depesche__subcmd__help__subcmd__tail_commands] )) ||
_depesche__subcmd__help__subcmd__tail_commands() {
    local commands; commands=()
    _describe -t commands 'depesche help tail commands' commands "$@"
}
(( $+functions[_depesche__subcmd__help__subcmd__topics_commands] )) ||
_depesche__subcmd__help__subcmd__topics_commands() {
    local commands; commands=(
'create:Creates the topics that are missing, with the right settings; alters nothing' \
    )
    _describe -t commands 'depesche help topics commands' commands "$@"
}
(( $+functions[_depesche__subcmd__help__subcmd__topics__subcmd__create_commands] )) ||
_depesche__subcmd__help__subcmd__topics__subcmd__create_commands() {
    local commands; commands=()
    _describe -t commands 'depesche help topics create commands' commands "$@"
}
(( $+functions[_depesche__subcmd__inspect_commands] )) ||
_depesche__subcmd__inspect_commands() {
    local commands; commands=(
'feed:Verdict, repairs, feed fields and entries as read' \
'page:Title, date, author, canonical URL, language and text' \
'text:Language, sentences, and every time, place, number and name' \
'pair:Fingerprints and similarity of two texts' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'depesche inspect commands' commands "$@"
}
(( $+functions[_depesche__subcmd__inspect__subcmd__feed_commands] )) ||
_depesche__subcmd__inspect__subcmd__feed_commands() {
    local commands; commands=()
    _describe -t commands 'depesche inspect feed commands' commands "$@"
}
(( $+functions[_depesche__subcmd__inspect__subcmd__help_commands] )) ||
_depesche__subcmd__inspect__subcmd__help_commands() {
    local commands; commands=(
'feed:Verdict, repairs, feed fields and entries as read' \
'page:Title, date, author, canonical URL, language and text' \
'text:Language, sentences, and every time, place, number and name' \
'pair:Fingerprints and similarity of two texts' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'depesche inspect help commands' commands "$@"
}
(( $+functions[_depesche__subcmd__inspect__subcmd__help__subcmd__feed_commands] )) ||
_depesche__subcmd__inspect__subcmd__help__subcmd__feed_commands() {
    local commands; commands=()
    _describe -t commands 'depesche inspect help feed commands' commands "$@"
}
(( $+functions[_depesche__subcmd__inspect__subcmd__help__subcmd__help_commands] )) ||
_depesche__subcmd__inspect__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'depesche inspect help help commands' commands "$@"
}
(( $+functions[_depesche__subcmd__inspect__subcmd__help__subcmd__page_commands] )) ||
_depesche__subcmd__inspect__subcmd__help__subcmd__page_commands() {
    local commands; commands=()
    _describe -t commands 'depesche inspect help page commands' commands "$@"
}
(( $+functions[_depesche__subcmd__inspect__subcmd__help__subcmd__pair_commands] )) ||
_depesche__subcmd__inspect__subcmd__help__subcmd__pair_commands() {
    local commands; commands=()
    _describe -t commands 'depesche inspect help pair commands' commands "$@"
}
(( $+functions[_depesche__subcmd__inspect__subcmd__help__subcmd__text_commands] )) ||
_depesche__subcmd__inspect__subcmd__help__subcmd__text_commands() {
    local commands; commands=()
    _describe -t commands 'depesche inspect help text commands' commands "$@"
}
(( $+functions[_depesche__subcmd__inspect__subcmd__page_commands] )) ||
_depesche__subcmd__inspect__subcmd__page_commands() {
    local commands; commands=()
    _describe -t commands 'depesche inspect page commands' commands "$@"
}
(( $+functions[_depesche__subcmd__inspect__subcmd__pair_commands] )) ||
_depesche__subcmd__inspect__subcmd__pair_commands() {
    local commands; commands=()
    _describe -t commands 'depesche inspect pair commands' commands "$@"
}
(( $+functions[_depesche__subcmd__inspect__subcmd__text_commands] )) ||
_depesche__subcmd__inspect__subcmd__text_commands() {
    local commands; commands=()
    _describe -t commands 'depesche inspect text commands' commands "$@"
}
(( $+functions[_depesche__subcmd__replay_commands] )) ||
_depesche__subcmd__replay_commands() {
    local commands; commands=()
    _describe -t commands 'depesche replay commands' commands "$@"
}
(( $+functions[_depesche__subcmd__run_commands] )) ||
_depesche__subcmd__run_commands() {
    local commands; commands=()
    _describe -t commands 'depesche run commands' commands "$@"
}
(( $+functions[_depesche__subcmd__schema_commands] )) ||
_depesche__subcmd__schema_commands() {
    local commands; commands=()
    _describe -t commands 'depesche schema commands' commands "$@"
}
(( $+functions[_depesche__subcmd__tail_commands] )) ||
_depesche__subcmd__tail_commands() {
    local commands; commands=()
    _describe -t commands 'depesche tail commands' commands "$@"
}
(( $+functions[_depesche__subcmd__topics_commands] )) ||
_depesche__subcmd__topics_commands() {
    local commands; commands=(
'create:Creates the topics that are missing, with the right settings; alters nothing' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'depesche topics commands' commands "$@"
}
(( $+functions[_depesche__subcmd__topics__subcmd__create_commands] )) ||
_depesche__subcmd__topics__subcmd__create_commands() {
    local commands; commands=()
    _describe -t commands 'depesche topics create commands' commands "$@"
}
(( $+functions[_depesche__subcmd__topics__subcmd__help_commands] )) ||
_depesche__subcmd__topics__subcmd__help_commands() {
    local commands; commands=(
'create:Creates the topics that are missing, with the right settings; alters nothing' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'depesche topics help commands' commands "$@"
}
(( $+functions[_depesche__subcmd__topics__subcmd__help__subcmd__create_commands] )) ||
_depesche__subcmd__topics__subcmd__help__subcmd__create_commands() {
    local commands; commands=()
    _describe -t commands 'depesche topics help create commands' commands "$@"
}
(( $+functions[_depesche__subcmd__topics__subcmd__help__subcmd__help_commands] )) ||
_depesche__subcmd__topics__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'depesche topics help help commands' commands "$@"
}

if [ "$funcstack[1]" = "_depesche" ]; then
    _depesche "$@"
else
    compdef _depesche depesche
fi
