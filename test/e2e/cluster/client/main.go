// What the tests run in ordinary containers: a client that counts, a server that waits, and a pause.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sort"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) < 2 {
		pause()
	}
	switch os.Args[1] {
	case "load":
		load(os.Args[2:])
	case "get":
		get(os.Args[2:])
	case "env":
		for _, entry := range os.Environ() {
			fmt.Println(entry)
		}
	case "serve":
		serve(os.Args[2:])
	default:
		pause()
	}
}

func pause() {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	<-stop
	os.Exit(0)
}

// get prints a status and a body for each URL, or why there is none.
func get(args []string) {
	flags := flag.NewFlagSet("get", flag.ExitOnError)
	after := flags.Duration("after", 0, "how long to wait first")
	flags.Parse(args)
	time.Sleep(*after)
	client := http.Client{Timeout: 4 * time.Second}
	for _, url := range flags.Args() {
		answer, err := client.Get(url)
		if err != nil {
			fmt.Printf("%s error: %v\n", url, err)
			continue
		}
		body, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		fmt.Printf("%s %d %s\n", url, answer.StatusCode, bytes.TrimSpace(body))
	}
}

func serve(args []string) {
	flags := flag.NewFlagSet("serve", flag.ExitOnError)
	address := flags.String("address", ":8080", "where to listen")
	flags.Parse(args)
	server := http.Server{Addr: *address, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if wait, err := time.ParseDuration(r.URL.Query().Get("wait")); err == nil {
			time.Sleep(wait)
		}
		fmt.Fprintf(w, "%s %s\n", r.Method, r.URL.Path)
	})}
	go server.ListenAndServe()
	pause()
}

type result struct {
	Requests int            `json:"requests"`
	Failed   int            `json:"failed"`
	Seconds  float64        `json:"seconds"`
	P50      float64        `json:"p50Milliseconds"`
	P99      float64        `json:"p99Milliseconds"`
	Reasons  map[string]int `json:"reasons"`
	// The first that were lost: when they were sent, and after how long they were.
	Lost []loss `json:"lost"`
}

type loss struct {
	At           time.Time `json:"at"`
	Milliseconds float64   `json:"milliseconds"`
	Reason       string    `json:"reason"`
}

// load asks until there were as many requests as wanted, or the time is over, and prints one line of JSON.
func load(args []string) {
	flags := flag.NewFlagSet("load", flag.ExitOnError)
	url := flags.String("url", "", "whom to ask")
	requests := flags.Int64("requests", 1000, "how many")
	clients := flags.Int("clients", 4, "at a time")
	limit := flags.Duration("limit", 5*time.Minute, "at most as long")
	rate := flags.Int("rate", 0, "requests a second in all; 0: as fast as it goes")
	keep := flags.Bool("keep-alive", false, "one connection for many requests")
	flags.Parse(args)

	// The Service may be younger than this pod: what is counted begins with the first answer.
	first := http.Client{Timeout: 3 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for end := time.Now().Add(time.Minute); time.Now().Before(end) && ask(&first, *url) != ""; {
		time.Sleep(100 * time.Millisecond)
	}

	var count atomic.Int64
	var lock sync.Mutex
	reasons := map[string]int{}
	lost := []loss{}
	var latencies []float64
	begin := time.Now()
	var wait sync.WaitGroup
	for range *clients {
		wait.Add(1)
		go func() {
			defer wait.Done()
			transport := &http.Transport{
				DisableKeepAlives: !*keep,
				DialContext:       (&net.Dialer{Timeout: 3 * time.Second}).DialContext,
			}
			client := http.Client{Timeout: 10 * time.Second, Transport: transport}
			var own []float64
			for time.Since(begin) < *limit {
				turn := count.Add(1)
				if turn > *requests {
					break
				}
				if *rate > 0 {
					time.Sleep(time.Until(begin.Add(time.Duration(turn) * time.Second / time.Duration(*rate))))
				}
				at := time.Now()
				reason := ask(&client, *url)
				own = append(own, float64(time.Since(at).Microseconds())/1000)
				if reason != "" {
					lock.Lock()
					reasons[reason]++
					if len(lost) < 5 {
						lost = append(lost, loss{at, own[len(own)-1], reason})
					}
					lock.Unlock()
				}
			}
			lock.Lock()
			latencies = append(latencies, own...)
			lock.Unlock()
		}()
	}
	wait.Wait()
	sort.Float64s(latencies)
	out := result{Requests: len(latencies), Seconds: time.Since(begin).Seconds(), Reasons: reasons, Lost: lost}
	for _, times := range reasons {
		out.Failed += times
	}
	if n := len(latencies); n > 0 {
		out.P50, out.P99 = latencies[n/2], latencies[n*99/100]
	}
	json.NewEncoder(os.Stdout).Encode(out)
}

func ask(client *http.Client, url string) string {
	answer, err := client.Get(url)
	if err != nil {
		return err.Error()
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return err.Error()
	}
	if answer.StatusCode != http.StatusOK {
		return answer.Status
	}
	return ""
}
