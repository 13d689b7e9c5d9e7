// control-plane: etcd and kube-apiserver in one static program, chosen by the first argument.
//
// It is made for tests, so it ends when its standard input ends: whoever started it holds the other end of that pipe,
// and a parent that is killed, which cannot clean up, still leaves no process and no file behind.
package main

import (
	"fmt"
	"io"
	"os"
	"syscall"
	_ "time/tzdata" // a CronJob with a timeZone is valid on a machine without zone files, too

	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() {
	part := ""
	if len(os.Args) > 1 {
		part = os.Args[1]
		os.Args = os.Args[1:] // each part reads its own flags and expects its name in front of them
	}
	switch part {
	case "etcd":
		go endWithStdin()
		etcdmain.Main(os.Args)
	case "kube-apiserver":
		go endWithStdin()
		os.Exit(cli.Run(app.NewAPIServerCommand()))
	case "remove":
		_ = os.RemoveAll(os.Args[1])
	default:
		fmt.Fprintln(os.Stderr, "usage: control-plane etcd|kube-apiserver [flags]")
		os.Exit(2)
	}
}

func endWithStdin() {
	_, _ = io.Copy(io.Discard, os.Stdin)
	if scratch := os.Getenv("CONTROL_PLANE_SCRATCH"); scratch != "" {
		// Other goroutines would still write files while these are removed; another program in this process ends them all.
		// etcd and kube-apiserver both do so, and the later of the two finds nobody left who writes.
		program, _ := os.Executable()
		_ = syscall.Exec(program, []string{program, "remove", scratch}, nil)
	}
	os.Exit(0)
}
