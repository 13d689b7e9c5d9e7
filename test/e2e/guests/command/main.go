// A WASI p1 command that does what its arguments say, so that a test can see what a guest gets.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"time"
)

func main() {
	args := os.Args[1:]
	for len(args) > 0 {
		word := args[0]
		args = args[1:]
		switch word {
		case "args":
			say("args", os.Args)
		case "env":
			say("env", os.Environ())
		case "read":
			content, err := os.ReadFile(args[0])
			say("read", string(content), err)
			args = args[1:]
		case "write":
			say("write", args[0], os.WriteFile(args[0], []byte("x"), 0o644))
			args = args[1:]
		case "stderr":
			fmt.Fprintln(os.Stderr, "to stderr")
		case "sleep":
			seconds, _ := strconv.Atoi(args[0])
			time.Sleep(time.Duration(seconds) * time.Second)
			args = args[1:]
		case "exit":
			code, _ := strconv.Atoi(args[0])
			os.Exit(code)
		case "trap":
			var nothing *int
			*nothing = 1
		}
	}
}

func say(what string, value any, errs ...error) {
	line := map[string]any{what: value}
	for _, err := range errs {
		if err != nil {
			line["error"] = err.Error()
		}
	}
	json.NewEncoder(os.Stdout).Encode(line)
}
