// SPDX-License-Identifier: MIT
// The server of github.com/armon/go-socks5. usage: socks_server HOST:PORT [USER PASSWORD]
package main

import (
	"os"

	"github.com/armon/go-socks5"
)

func main() {
	settings := &socks5.Config{}
	if len(os.Args) == 4 {
		settings.Credentials = socks5.StaticCredentials{os.Args[2]: os.Args[3]}
	}
	server, err := socks5.New(settings)
	if err == nil {
		err = server.ListenAndServe("tcp", os.Args[1])
	}
	panic(err)
}
